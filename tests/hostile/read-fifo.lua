-- SPDX-License-Identifier: MIT
-- tries: reads a pipe of the project
-- ends: refused: not a
local cnn = require "cnnrun"
error((select(2, cnn.project.read "fifo.lua")), 0)
