-- SPDX-License-Identifier: MIT
-- tries: yields from setup
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
coroutine.yield(1)
end }
