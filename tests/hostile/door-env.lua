-- SPDX-License-Identifier: MIT
-- tries: reads a secret of the host's environment
-- ends: refused: may not read
local call = require "cnnrun.door".call
error((select(2, call("host.env", { name = "AWS_SECRET_ACCESS_KEY" }))), 0)
