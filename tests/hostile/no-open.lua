-- SPDX-License-Identifier: MIT
-- tries: opens a file
-- ends: refused: io.open: a profile opens no files
return io.open("/etc/passwd"):read()
