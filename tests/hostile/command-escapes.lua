-- SPDX-License-Identifier: MIT
-- tries: escape sequences in the command
-- ends: harmless
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
c:command { "echo", "\27[2J\u{9b}31m", "a\nb" }
end }
