-- SPDX-License-Identifier: MIT
-- tries: infinite memory
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
c:limit { memory = math.huge }
end }
