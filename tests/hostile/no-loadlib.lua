-- SPDX-License-Identifier: MIT
-- tries: loads a library
-- ends: refused: package.loadlib: modules of the project
package.loadlib("/lib/x86_64-linux-gnu/libc.so.6", "system")
