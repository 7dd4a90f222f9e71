-- SPDX-License-Identifier: MIT
-- tries: formats wide numbers
-- ends: refused
return ("%099d"):rep(1 << 24):format(1)
