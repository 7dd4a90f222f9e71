-- SPDX-License-Identifier: MIT
-- tries: recurses for ever
-- ends: refused
local function f() return 1 + f() end
f()
