-- SPDX-License-Identifier: MIT
-- tries: claims that everything is a list
-- ends: refused
local call = require "cnnrun.door".call
call("describe", setmetatable({ options = setmetatable({ x = 1 }, { __jsontype = "array" }) }, { __jsontype = "array" }))
