-- SPDX-License-Identifier: MIT
--- c:tmpfs(target, { size = "1g", mode = "1777" }): a directory in memory.
local check = require "cnnrun.check"

--- Permission bits: a number, or the octal text people write.
local function mode(v, what)
	local n = type(v) == "string" and v:find("^[0-7]+$") and tonumber(v, 8) or v
	if type(n) ~= "number" or not math.tointeger(n) or n < 0 or n > tonumber("7777", 8) then
		check.fail('%s must be permissions as "1777", not %s', what, check.show(v))
	end
	return math.tointeger(n)
end

local function tmpfs(r, target, opts, ...)
	check.no_more(...)
	local m = check.fields(opts, { size = check.size, mode = mode })
	m.type = "tmpfs"
	m.target = check.target(target, "target")
	r:replace("mounts", m, "target")
end

return { tmpfs = tmpfs }
