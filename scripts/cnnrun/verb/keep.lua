-- SPDX-License-Identifier: MIT
--- c:keep(true | false): leave the container after its end.
local check = require "cnnrun.check"

local function keep(r, on, ...)
	check.no_more(...)
	r:set("keep", on == nil or check.boolean(on, "the switch"))
end

return { keep = keep }
