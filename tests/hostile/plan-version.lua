-- SPDX-License-Identifier: MIT
-- tries: a plan of version 1e308
-- ends: refused: version
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = { version = 1e308, image = "busybox" } })
