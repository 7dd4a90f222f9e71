-- SPDX-License-Identifier: MIT
-- tries: sends 7 MiB again and again
-- ends: refused: sent more than
local call = require "cnnrun.door".call
local s = ("a"):rep(7 << 20)
while true do pcall(call, "x", s) end
