-- SPDX-License-Identifier: MIT
-- tries: requires bytecode
-- ends: refused: bytecode
require "code"
