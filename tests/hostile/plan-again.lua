-- SPDX-License-Identifier: MIT
-- tries: a plan before its description
-- ends: refused
local call = require "cnnrun.door".call
call("plan", { plan = {} })
call("plan", { plan = {} })
