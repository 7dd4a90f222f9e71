-- SPDX-License-Identifier: MIT
--- c:capability("SYS_PTRACE"): adds a Linux capability; all are dropped unless asked for.
local check = require "cnnrun.check"

local is_name = check.like("^%u[%u%d_]*$", 'a capability as "SYS_PTRACE"')

local function capability(r, name, ...)
	check.no_more(...)
	check.string(name, "the capability")
	r:include("cap_add", is_name((name:upper():gsub("^CAP_", "")), "the capability"))
end

return { capability = capability }
