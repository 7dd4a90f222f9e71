-- SPDX-License-Identifier: MIT
-- tries: declares 5000 options
-- ends: refused
local cnn = require "cnnrun"
local o = {}
for i = 1, 5000 do o["o" .. i] = { default = "x" } end
return cnn.profile { options = o, setup = print }
