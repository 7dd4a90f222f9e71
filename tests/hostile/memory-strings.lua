-- SPDX-License-Identifier: MIT
-- tries: eats memory with strings
-- ends: refused: used more than
local s = "xxxxxxxx"
while true do s = s .. s end
