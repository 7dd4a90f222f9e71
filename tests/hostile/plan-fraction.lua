-- SPDX-License-Identifier: MIT
-- tries: half a port
-- ends: refused
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = { version = 1, image = "busybox", ports = { { container = 0.5 } } } })
