-- SPDX-License-Identifier: MIT
-- tries: raises a message of 1 MiB
-- ends: refused
error(("x"):rep(1 << 20))
