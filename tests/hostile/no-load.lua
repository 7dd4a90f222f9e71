-- SPDX-License-Identifier: MIT
-- tries: loads text
-- ends: refused: load: a profile runs no text
load("return 1")()
