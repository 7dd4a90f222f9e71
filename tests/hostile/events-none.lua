-- SPDX-License-Identifier: MIT
-- tries: waits for an answer to a question that nobody knows
-- ends: refused: no such request
local call = require "cnnrun.door".call
error((select(2, call("host.everything"))), 0)
