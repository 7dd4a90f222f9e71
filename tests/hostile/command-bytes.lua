-- SPDX-License-Identifier: MIT
-- tries: an argument that reaches the engine as another
-- ends: refused: command: 1: not UTF-8
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
c:command { "echo", "\xff\27[2J" }
end }
