-- SPDX-License-Identifier: MIT
-- tries: a coroutine within a coroutine within…
-- ends: refused
local function f() return coroutine.wrap(f)() end
f()
