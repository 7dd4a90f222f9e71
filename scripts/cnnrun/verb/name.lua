-- SPDX-License-Identifier: MIT
--- c:name("demo"): the container's name.
local check = require "cnnrun.check"

local is_name = check.like("^%w[%w_.-]*$", 'letters, digits, "_", "." and "-"')

local function name(r, v, ...)
	check.no_more(...)
	r:set("name", is_name(v, "the name"))
end

return { name = name }
