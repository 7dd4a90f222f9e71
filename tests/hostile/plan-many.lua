-- SPDX-License-Identifier: MIT
-- tries: a plan of 20000 variables, to keep the host busy
-- ends: refused: more than
local call = require "cnnrun.door".call
local t = {}
for i = 1, 20000 do t["a" .. i] = "" end
call("describe", {})
call("plan", { plan = { version = 2, containers = { main = { image = { reference = "busybox" }, env = { set = t } } } } })
