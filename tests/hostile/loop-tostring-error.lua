-- SPDX-License-Identifier: MIT
-- tries: raises an object whose __tostring loops
-- ends: refused: computed longer
error(setmetatable({}, { __tostring = function() while true do end end }))
