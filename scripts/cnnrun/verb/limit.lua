-- SPDX-License-Identifier: MIT
--- c:limit{ cpus = 2, memory = "4g", swap = "8g", pids = 100, cpuset = "0-3" }: the most it
--- may use. swap counts memory in, "unlimited" lifts it.
local check = require "cnnrun.check"

local function swap(v, what)
	if v == "unlimited" or v == -1 then return -1 end
	return check.size(v, what)
end

local FIELDS = {
	cpus = check.positive, memory = check.size, swap = swap, pids = check.integer(1),
	cpuset = check.like("^%d[%d,-]*$", 'a list as "0-3,7"'),
}
local KEYS = { swap = "memory_swap" }

local function limit(r, t, ...)
	check.no_more(...)
	local l = check.fields(t, FIELDS, "the argument")
	if not next(l) then check.fail("needs a table { %s }", check.names(FIELDS)) end
	for key, value in pairs(l) do r:set(KEYS[key] or key, value) end
end

return { limit = limit }
