-- SPDX-License-Identifier: MIT
--- c:shm("1g"): the size of /dev/shm.
local check = require "cnnrun.check"

local function shm(r, size, ...)
	check.no_more(...)
	r:set("shm", check.size(size, "the size"))
end

return { shm = shm }
