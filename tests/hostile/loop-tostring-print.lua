-- SPDX-License-Identifier: MIT
-- tries: prints an object whose __tostring loops
-- ends: refused: computed longer
print(setmetatable({}, { __tostring = function() while true do end end }))
