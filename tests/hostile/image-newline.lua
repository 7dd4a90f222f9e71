-- SPDX-License-Identifier: MIT
-- tries: an image of two lines
-- ends: refused
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = { version = 2, containers = { main = { image = { reference = "busy\nbox" } } } } })
