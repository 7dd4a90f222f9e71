-- SPDX-License-Identifier: MIT
-- tries: asks what nobody may ask
-- ends: refused: no such request
local call = require "cnnrun.door".call
error((select(2, call("\27[2J"))), 0)
