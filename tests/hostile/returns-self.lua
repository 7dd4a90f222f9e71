-- SPDX-License-Identifier: MIT
-- tries: returns a table that holds itself
-- ends: refused
local t = {}
t[1] = t
t.t = t
return require "cnnrun".profile(t)
