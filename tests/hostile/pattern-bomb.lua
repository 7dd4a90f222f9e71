-- SPDX-License-Identifier: MIT
-- tries: matches a pattern that takes years
-- ends: refused: computed longer
return (("a"):rep(1 << 20)):match(".-.-.-.-.-b")
