-- SPDX-License-Identifier: MIT
-- tries: nests calls of C
-- ends: refused
local s = ("x"):rep(100)
local function f() return (s:gsub(".", f)) end
f()
