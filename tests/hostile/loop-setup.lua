-- SPDX-License-Identifier: MIT
-- tries: loops in setup
-- ends: refused: computed longer
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
while true do end
end }
