-- SPDX-License-Identifier: MIT
-- tries: half a port
-- ends: refused
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = { version = 2, containers = { main = { image = { reference = "busybox" }, port = { { container = 0.5 } } } } } })
