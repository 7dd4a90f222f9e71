-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local function swap(v, what)
	if v == "unlimited" or v == -1 then return -1 end
	return check.size(v, what)
end

local UNITS = { s = 1, m = 60, h = 3600, d = 86400 }

--- Seconds: a whole number, or text as "90s", "30m", "4h".
local function duration(v, what)
	if type(v) == "string" then
		local n, unit = v:match("^(%d+)([smhd])$")
		if not n then check.fail('%s must be seconds, or as "30m" or "4h", not %s', what, check.show(v)) end
		return tonumber(n) * UNITS[unit]
	end
	return check.integer(v, what)
end

local FIELDS = {
	cpus = check.number, memory = check.size, swap = swap, pids = check.integer,
	cpuset = check.string, time = duration,
}

---@class cnnrun.LimitOptions
---@field cpus? number
---@field memory? string|integer
---@field swap? string|integer memory and swap together; "unlimited"
---@field pids? integer
---@field cpuset? string "0-3,7"
---@field time? string|integer seconds, or "30m", "4h": then all ends, with status 124

--- The most the container may use.
--- Forms: `c:limit { cpus = 2, memory = "4g", swap = "8g", pids = 100, cpuset = "0-1",
--- time = "4h" }`
--- Default: none
---@param opts cnnrun.LimitOptions
local function limit(r, opts, ...)
	check.no_more(...)
	local l = check.fields(opts, FIELDS, "the argument")
	if not next(l) then check.fail("needs a table { %s }", check.names(FIELDS)) end
	for key, value in pairs(l) do r:set("limit/" .. key, value) end
end

return { limit = limit }
