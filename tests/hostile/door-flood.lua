-- SPDX-License-Identifier: MIT
-- tries: asks without end
-- ends: refused: asked the host more than
local call = require "cnnrun.door".call
while true do call("x") end
