-- SPDX-License-Identifier: MIT
--- c:log(true | false): let the engine keep the output of a foreground container.
local check = require "cnnrun.check"

local function log(r, on, ...)
	check.no_more(...)
	r:set("log", on == nil or check.boolean(on, "the switch"))
end

return { log = log }
