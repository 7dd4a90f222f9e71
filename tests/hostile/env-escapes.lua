-- SPDX-License-Identifier: MIT
-- tries: escape sequences, lines and quotes in a variable
-- ends: harmless
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
c:env { A = "\27[2J\u{9b}31m\n\'; touch x #" }
c:label("a\27[2J", "\u{202e}b")
end }
