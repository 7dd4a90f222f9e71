-- SPDX-License-Identifier: MIT
-- tries: prints without end
-- ends: refused: printed more than
-- output: flood
local s = ("x"):rep(1000)
while true do print(s) end
