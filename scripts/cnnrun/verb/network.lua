-- SPDX-License-Identifier: MIT
--- c:network("bridge" | "none" | "host" | name): which network the container is in.
local check = require "cnnrun.check"

local is_name = check.like("^%w[%w_.:-]*$", '"bridge", "none", "host" or the name of a network')

local function network(r, v, ...)
	check.no_more(...)
	r:set("network", is_name(v, "the network"))
end

return { network = network }
