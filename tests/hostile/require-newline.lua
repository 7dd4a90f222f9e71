-- SPDX-License-Identifier: MIT
-- tries: requires a name of two lines
-- ends: refused: not the name of a module
require "a\nb"
