-- SPDX-License-Identifier: MIT
-- tries: an option named by an escape sequence
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { options = { ["\27[2J"] = {} }, setup = print }
