-- SPDX-License-Identifier: MIT
-- tries: one string of 1 TiB
-- ends: refused
return ("x"):rep(1 << 40)
