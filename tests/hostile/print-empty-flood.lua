-- SPDX-License-Identifier: MIT
-- tries: prints nothing without end
-- ends: refused: asked the host more than
-- output: flood
while true do print() end
