-- SPDX-License-Identifier: MIT
-- tries: describes itself by escape sequences
-- ends: harmless
local cnn = require "cnnrun"
return cnn.profile { about = "\27[2Jabout\u{9b}31m\xff\u{2066}next", options = { x = { default = "\27[1m", about = "\27[2J\u{9b}" } },
setup = function(c) c:image "busybox" end }
