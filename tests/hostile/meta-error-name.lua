-- SPDX-License-Identifier: MIT
-- tries: raises an object with a hostile __name
-- ends: refused
error(setmetatable({}, { __name = "\27[2J\n\n" .. ("x"):rep(1e6) }))
