-- SPDX-License-Identifier: MIT
-- tries: requires what is outside
-- ends: refused: not the name of a module
require "../../../etc/passwd"
