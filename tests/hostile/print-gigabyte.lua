-- SPDX-License-Identifier: MIT
-- tries: prints 1 GiB
-- ends: refused
print(("x"):rep(1 << 30))
