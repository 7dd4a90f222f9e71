-- SPDX-License-Identifier: MIT
-- tries: raises many lines
-- ends: refused
error(("line\n"):rep(100), 0)
