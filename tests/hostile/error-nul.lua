-- SPDX-License-Identifier: MIT
-- tries: raises a NUL
-- ends: refused
error("a\0b\nc", 0)
