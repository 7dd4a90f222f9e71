-- SPDX-License-Identifier: MIT
-- tries: requires what does not exist, without end
-- ends: refused: asked the host more than
local i = 0
while true do i = i + 1 pcall(require, "m" .. i) end
