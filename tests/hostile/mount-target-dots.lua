-- SPDX-License-Identifier: MIT
-- tries: mounts to /a/../etc
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
c:mount(".", "/a/../etc")
end }
