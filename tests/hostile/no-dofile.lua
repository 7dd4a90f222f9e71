-- SPDX-License-Identifier: MIT
-- tries: reads a file as code
-- ends: refused: dofile: a profile runs no text
dofile("/etc/passwd")
