-- SPDX-License-Identifier: MIT
--- c:hostname("demo"): what the container calls itself.
local check = require "cnnrun.check"

local is_name = check.like("^%w[%w.-]*$", 'letters, digits, "." and "-"')

local function hostname(r, v, ...)
	check.no_more(...)
	if #is_name(v, "the name") > 63 then check.fail("the name is longer than 63 letters") end
	r:set("hostname", v)
end

return { hostname = hostname }
