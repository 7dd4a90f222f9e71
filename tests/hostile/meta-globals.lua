-- SPDX-License-Identifier: MIT
-- tries: replaces the globals that the library may use
-- ends: refused
local cnn = require "cnnrun"
pairs, ipairs, type, tostring, error, pcall, next, setmetatable, getmetatable = nil
string.format, table.concat, string.find = nil
return cnn.profile { setup = 5 }
