-- SPDX-License-Identifier: MIT
-- tries: loops in __newindex
-- ends: refused: computed longer
setmetatable({}, { __newindex = function() while true do end end }).x = 1
