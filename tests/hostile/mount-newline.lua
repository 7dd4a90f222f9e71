-- SPDX-License-Identifier: MIT
-- tries: a mount target of two lines
-- ends: refused
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = { version = 1, image = "busybox", mounts = { { type = "bind", source = ".", target = "/a\n/b" } } } })
