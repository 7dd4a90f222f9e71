-- SPDX-License-Identifier: MIT
-- tries: a __tostring that gives a number
-- ends: refused
error(setmetatable({}, { __tostring = function() return {} end }))
