-- SPDX-License-Identifier: MIT
-- tries: a __pairs that never ends
-- ends: refused: computed longer
for _ in pairs(setmetatable({}, { __pairs = function() return function() return 1 end end })) do end
