-- SPDX-License-Identifier: MIT
-- tries: requires a directory
-- ends: refused: not a
require "folder"
