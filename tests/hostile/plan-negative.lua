-- SPDX-License-Identifier: MIT
-- tries: minus one byte of memory
-- ends: refused
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = { version = 2, containers = { main = { image = { reference = "busybox" }, limit = { memory = -1, pids = -7 } } } } })
