-- SPDX-License-Identifier: MIT
-- tries: declares a million options
-- ends: refused
local cnn = require "cnnrun"
local o = {}
for i = 1, 1e6 do o["o" .. i] = { default = "x" } end
return cnn.profile { options = o, setup = print }
