-- SPDX-License-Identifier: MIT
-- tries: an option named --help
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { options = { ["--help"] = {} }, setup = print }
