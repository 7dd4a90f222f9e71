-- SPDX-License-Identifier: MIT
-- tries: raises escape sequences, C1 and bad UTF-8
-- ends: refused: \u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\x9b\xff\u{202e}
error("\27]0;owned\7\27[2J\u{9b}31m\x9b\xff\u{202e}", 0)
