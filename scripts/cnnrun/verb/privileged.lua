-- SPDX-License-Identifier: MIT
--- c:privileged(true | false): every right on the host; must be granted.
local check = require "cnnrun.check"

local function privileged(r, on, ...)
	check.no_more(...)
	r:set("privileged", on == nil or check.boolean(on, "the switch"))
end

return { privileged = privileged }
