-- SPDX-License-Identifier: MIT
-- tries: describes itself for ever
-- ends: refused
local call = require "cnnrun.door".call
while true do call("describe") call("plan") end
