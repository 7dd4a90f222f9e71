-- SPDX-License-Identifier: MIT
-- tries: computes long, with a question now and then to look alive
-- ends: refused: computed longer
local call = require "cnnrun.door".call
while true do
	for _ = 1, 1e7 do end
	call("x")
end
