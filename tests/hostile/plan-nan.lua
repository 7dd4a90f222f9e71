-- SPDX-License-Identifier: MIT
-- tries: not a number for the CPUs
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
c:limit { cpus = 0 / 0 }
end }
