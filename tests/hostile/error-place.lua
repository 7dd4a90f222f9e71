-- SPDX-License-Identifier: MIT
-- tries: an error that names a place it did not come from
-- ends: refused
error("/etc/passwd:1: root\n/etc/shadow:1: x", 0)
