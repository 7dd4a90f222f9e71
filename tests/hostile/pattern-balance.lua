-- SPDX-License-Identifier: MIT
-- tries: looks for a balance that is not there, from everywhere
-- ends: refused: computed longer
return (("("):rep(1 << 22)):find("%b()")
