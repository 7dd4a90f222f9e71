-- SPDX-License-Identifier: MIT
-- tries: opens a file
-- ends: refused: 'io'
return io.open("/etc/passwd"):read()
