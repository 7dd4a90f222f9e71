-- SPDX-License-Identifier: MIT
-- tries: 1e308 bytes of shared memory
-- ends: refused
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = { version = 2, containers = { main = { image = { reference = "busybox" }, shm = 1e308 } } } })
