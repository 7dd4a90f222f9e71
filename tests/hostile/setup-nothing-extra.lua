-- SPDX-License-Identifier: MIT
-- tries: setup returns a table that loops when it is looked at
-- ends: harmless
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "busybox"
return setmetatable({}, { __index = function() while true do end end })
end }
