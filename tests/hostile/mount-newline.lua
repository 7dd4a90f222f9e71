-- SPDX-License-Identifier: MIT
-- tries: a mount target of two lines
-- ends: refused
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = { version = 2, containers = { main = { image = { reference = "busybox" }, mount = { { type = "bind", source = ".", target = "/a\n/b" } } } } } })
