-- SPDX-License-Identifier: MIT
-- tries: reads a file as code
-- ends: refused: 'dofile'
dofile("/etc/passwd")
