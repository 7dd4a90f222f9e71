-- SPDX-License-Identifier: MIT
-- tries: mounts a source that does not exist
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
c:mount("nowhere/at/all", "/w")
end }
