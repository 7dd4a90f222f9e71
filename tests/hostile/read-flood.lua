-- SPDX-License-Identifier: MIT
-- tries: reads without end
-- ends: refused: asked the host more than
local call = require "cnnrun.door".call
while true do call("project.read", { path = "fifo.lua" }) end
