-- SPDX-License-Identifier: MIT
--- c:drop("SYS_PTRACE"): takes a Linux capability away even where it would be given.
local check = require "cnnrun.check"

local is_name = check.like("^%u[%u%d_]*$", 'a capability as "SYS_PTRACE"')

local function drop(r, name, ...)
	check.no_more(...)
	check.string(name, "the capability")
	r:include("cap_drop", is_name((name:upper():gsub("^CAP_", "")), "the capability"))
end

return { drop = drop }
