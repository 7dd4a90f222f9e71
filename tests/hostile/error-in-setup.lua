-- SPDX-License-Identifier: MIT
-- tries: raises a function from setup
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
error(print)
end }
