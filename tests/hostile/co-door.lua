-- SPDX-License-Identifier: MIT
-- tries: asks the host from many coroutines
-- ends: refused: asked the host more than
local call = require "cnnrun.door".call
while true do coroutine.wrap(function() call("host.gpus") end)() end
