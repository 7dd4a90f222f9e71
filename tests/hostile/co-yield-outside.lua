-- SPDX-License-Identifier: MIT
-- tries: yields from the profile itself
-- ends: refused
coroutine.yield()
