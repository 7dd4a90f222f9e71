-- SPDX-License-Identifier: MIT
-- tries: a container named by control characters
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
c:name "a\27[2Jb\n"
end }
