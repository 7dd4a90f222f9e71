-- SPDX-License-Identifier: MIT
-- tries: eats memory and catches the error
-- ends: refused
local t = {}
while true do pcall(function() t[#t + 1] = ("x"):rep(1 << 22) .. #t end) if #t > 20 then error("not enough memory", 0) end end
