-- SPDX-License-Identifier: MIT
-- tries: loops in __index
-- ends: refused: computed longer
return setmetatable({}, { __index = function(t, k) while true do end end }).x
