-- SPDX-License-Identifier: MIT
-- tries: returns a function
-- ends: refused: a profile ends with
return function() while true do end end
