-- SPDX-License-Identifier: MIT
-- tries: loops in a coroutine
-- ends: refused: computed longer
coroutine.wrap(function() while true do end end)()
