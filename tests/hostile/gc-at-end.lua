-- SPDX-License-Identifier: MIT
-- tries: a finalizer that loops when the state is closed
-- ends: harmless
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
X = setmetatable({}, { __gc = function() while true do end end })
end }
