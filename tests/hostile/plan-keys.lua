-- SPDX-License-Identifier: MIT
-- tries: a plan with keys of wrong types
-- ends: refused
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = { [1] = 2 } })
