-- SPDX-License-Identifier: MIT
--- c:host("name", "10.0.0.5"): the container finds a machine under a name.
local check = require "cnnrun.check"

local is_name = check.like("^[%w_][%w_.-]*$", "a host name")
local is_address = check.like("^[%x.:]+$", 'an IP address or "host-gateway"')

local function host(r, name, address, ...)
	check.no_more(...)
	if address ~= "host-gateway" then is_address(address, "the address") end
	r:put("extra_hosts", is_name(name, "the name"), address)
end

return { host = host }
