-- SPDX-License-Identifier: MIT
-- tries: requires by absolute name
-- ends: refused: not the name of a module
require "/etc/passwd"
