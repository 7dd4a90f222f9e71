-- SPDX-License-Identifier: MIT
-- tries: an option that takes the place of --version
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { options = { version = {} }, setup = print }
