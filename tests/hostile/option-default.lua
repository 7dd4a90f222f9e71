-- SPDX-License-Identifier: MIT
-- tries: a default that is a function
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { options = { x = { default = print } }, setup = print }
