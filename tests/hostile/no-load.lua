-- SPDX-License-Identifier: MIT
-- tries: loads text
-- ends: refused: 'load'
load("return 1")()
