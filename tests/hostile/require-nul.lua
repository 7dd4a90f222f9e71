-- SPDX-License-Identifier: MIT
-- tries: requires a name with a NUL
-- ends: refused
require "a\0/../../etc/passwd"
