-- SPDX-License-Identifier: MIT
-- tries: substitutes by a function that loops
-- ends: refused: computed longer
return (("x"):rep(1e6)):gsub(".", function() for _ = 1, 1e9 do end end)
