-- SPDX-License-Identifier: MIT
-- tries: mounts over the whole container
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
c:mount(".", "/.")
end }
