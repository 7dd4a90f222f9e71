-- SPDX-License-Identifier: MIT
-- tries: requires a file of 1 GiB
-- ends: refused: larger than
require "huge"
