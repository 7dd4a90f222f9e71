-- SPDX-License-Identifier: MIT
-- tries: reads its own memory through a link
-- ends: refused: outside the project
local cnn = require "cnnrun"
error((select(2, cnn.project.read "mem.lua")), 0)
