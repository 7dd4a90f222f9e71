-- SPDX-License-Identifier: MIT
-- tries: sorts by an order that is none, for ever
-- ends: refused: computed longer
local t = {}
for i = 1, 100 do t[i] = i end
while true do pcall(table.sort, t, function() return true end) end
