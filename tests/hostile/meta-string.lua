-- SPDX-License-Identifier: MIT
-- tries: changes what strings do
-- ends: refused
getmetatable("").__index = function() while true do end end
return ("").x
