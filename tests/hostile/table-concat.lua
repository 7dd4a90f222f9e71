-- SPDX-License-Identifier: MIT
-- tries: joins a table that lies about its length
-- ends: refused
return table.concat(setmetatable({}, { __len = function() return 1 << 50 end, __index = function() return "x" end }))
