-- SPDX-License-Identifier: MIT
-- tries: a description nested without end
-- ends: refused
local call = require "cnnrun.door".call
local t = {}
for i = 1, 200 do t = { t } end
call("describe", t)
