-- SPDX-License-Identifier: MIT
-- tries: prints escape sequences, C1, bad UTF-8 and directions
-- ends: harmless
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
print("\27[2J\27]0;owned\7hello\u{9b}31m\x9b\xff\u{202e}")
c:image "busybox"
end }
