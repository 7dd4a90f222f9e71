-- SPDX-License-Identifier: MIT
-- tries: climbs out through _ENV
-- ends: refused: nil value
local _ENV = setmetatable({}, { __index = _G })
io.write("x")
