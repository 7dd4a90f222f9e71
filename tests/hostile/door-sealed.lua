-- SPDX-License-Identifier: MIT
-- tries: says that it is not confined
-- ends: refused: no such request
local call = require "cnnrun.door".call
error((select(2, call("open"))), 0)
