-- SPDX-License-Identifier: MIT
-- tries: puts traps into cnnrun's own tables
-- ends: refused
local cnn = require "cnnrun"
setmetatable(cnn, { __index = error, __metatable = false })
for k in pairs(cnn) do cnn[k] = nil end
return cnn.profile {}
