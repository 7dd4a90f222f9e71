-- SPDX-License-Identifier: MIT
-- tries: says that it failed for want of memory
-- ends: refused: used more than
local call = require "cnnrun.door".call
call("fail", { kind = "memory" })
