-- SPDX-License-Identifier: MIT
-- tries: resumes the dead
-- ends: refused
local f = coroutine.wrap(error)
pcall(f)
f()
