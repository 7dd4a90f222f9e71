-- SPDX-License-Identifier: MIT
-- tries: loops in a finalizer
-- ends: refused: computed longer
setmetatable({}, { __gc = function() while true do end end })
local t
for i = 1, 1e9 do t = { t and i } end
