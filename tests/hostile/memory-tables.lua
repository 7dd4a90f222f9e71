-- SPDX-License-Identifier: MIT
-- tries: eats memory with tables
-- ends: refused: used more than
local t = {}
while true do t[#t + 1] = { 1, 2, 3 } end
