-- SPDX-License-Identifier: MIT
-- tries: a plan of a million variables
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
for i = 1, 1e6 do c:env { ["A" .. i] = "x" } end
end }
