-- SPDX-License-Identifier: MIT
-- tries: a plan that is a string
-- ends: refused: not a plan
local call = require "cnnrun.door".call
call("describe", {})
call("plan", { plan = "x" })
