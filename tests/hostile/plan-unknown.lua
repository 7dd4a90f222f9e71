-- SPDX-License-Identifier: MIT
-- tries: a plan with a key nobody knows
-- ends: refused: no such primitive
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = { version = 2, containers = { main = { image = { reference = "busybox" }, ["\27[2J"] = 1 } } } })
