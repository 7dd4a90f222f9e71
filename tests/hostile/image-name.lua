-- SPDX-License-Identifier: MIT
-- tries: an image that is an option
-- ends: refused
local cnn = require "cnnrun"
return cnn.profile { setup = function(c, opt)
c:image "--privileged"
end }
