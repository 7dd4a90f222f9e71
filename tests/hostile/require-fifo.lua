-- SPDX-License-Identifier: MIT
-- tries: requires a pipe
-- ends: refused: not a
require "fifo"
