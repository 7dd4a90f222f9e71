-- SPDX-License-Identifier: MIT
-- tries: minus zero CPUs
-- ends: refused: above 0
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
c:limit { cpus = -0.0 }
end }
