-- SPDX-License-Identifier: MIT
-- tries: chains closures
-- ends: refused: used more than
local f
while true do local g = f f = function() return g end end
