-- SPDX-License-Identifier: MIT
--- c:dns("1.1.1.1"): a name server for the container.
local check = require "cnnrun.check"

local function dns(r, address, ...)
	check.no_more(...)
	r:include("dns", check.like("^[%x.:]+$", "an IP address")(address, "the server"))
end

return { dns = dns }
