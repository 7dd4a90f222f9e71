-- SPDX-License-Identifier: MIT
-- tries: a pattern of 300000 captures
-- ends: refused: captures
return ("a"):rep(300000):find(("(a"):rep(300000))
