-- SPDX-License-Identifier: MIT
-- tries: returns a number
-- ends: refused: a profile ends with
return 7
