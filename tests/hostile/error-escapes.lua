-- SPDX-License-Identifier: MIT
-- tries: raises escape sequences, C1 and bad UTF-8
-- ends: refused: ?
error("\27]0;owned\7\27[2J\u{9b}31m\x9b\xff\u{202e}", 0)
