-- SPDX-License-Identifier: MIT
--- c:init(true | false): a small init reaps processes and passes signals on; it is on unless switched off.
local check = require "cnnrun.check"

local function init(r, on, ...)
	check.no_more(...)
	r:set("init", on == nil or check.boolean(on, "the switch"))
end

return { init = init }
