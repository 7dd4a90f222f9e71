-- SPDX-License-Identifier: MIT
-- tries: runs a container while it is described
-- ends: refused: inside setup only
local call = require "cnnrun.door".call
error((select(2, call("start", {}))), 0)
