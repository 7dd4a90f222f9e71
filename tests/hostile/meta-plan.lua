-- SPDX-License-Identifier: MIT
-- tries: a plan whose tables have metatables
-- ends: refused
local cnn = require "cnnrun"
return setmetatable({}, { __index = function(_, k) return k end, __pairs = error, __len = function() return -1 end })
