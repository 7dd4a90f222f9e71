-- SPDX-License-Identifier: MIT
-- tries: an image of two lines
-- ends: refused
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = { version = 1, image = "busy\nbox" } })
