-- SPDX-License-Identifier: MIT
--- c:sysctl("net.core.somaxconn", 1024): a kernel setting of the container's own.
local check = require "cnnrun.check"

local is_name = check.like("^%l[%w_]*%.[%w_./-]+$", 'a name as "net.core.somaxconn"')

local function sysctl(r, name, value, ...)
	check.no_more(...)
	r:put("sysctls", is_name(name, "the setting"), check.value(value, "the value"))
end

return { sysctl = sysctl }
