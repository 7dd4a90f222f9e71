-- SPDX-License-Identifier: MIT
-- tries: closes the coroutine that runs
-- ends: refused
coroutine.close(coroutine.running())
