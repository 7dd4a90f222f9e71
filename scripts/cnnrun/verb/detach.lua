-- SPDX-License-Identifier: MIT
--- c:detach(true | false): run in the background.
local check = require "cnnrun.check"

local function detach(r, on, ...)
	check.no_more(...)
	r:set("detach", on == nil or check.boolean(on, "the switch"))
end

return { detach = detach }
