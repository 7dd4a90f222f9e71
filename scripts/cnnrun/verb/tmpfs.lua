-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

--- Permission bits as people write them. Lua has no octal numbers: 1777 would be others.
local function mode(v, what)
	if math.type(v) == "integer" then
		local text = tostring(v)
		check.fail('%s must be text, for Lua has no octal numbers: write %s = "%s"', what, what,
			text:find "^[0-7]+$" and text or ("%o"):format(v))
	elseif type(v) ~= "string" or not v:find "^0?[0-7][0-7]?[0-7]?[0-7]?$" then
		check.fail('%s must be permissions as "1777", not %s', what, check.show(v))
	end
	return tonumber(v, 8)
end

---@class cnnrun.TmpfsOptions
---@field size? string|integer "1g"
---@field mode? string "1777"
---@field exec? boolean programs in it may be run

--- A directory in memory.
--- Forms: `c:tmpfs "/scratch"`, `c:tmpfs("/scratch", { size = "1g", mode = "1777" })`,
--- `c:tmpfs("/build", { exec = true })` for programs to be run; `c:unmount "/scratch"`
--- Default: mode 1777, nothing in it can be run
---@param target string
---@param opts? cnnrun.TmpfsOptions
local function tmpfs(r, target, opts, ...)
	check.no_more(...)
	local m = check.fields(opts, { size = check.size, mode = mode, exec = check.boolean })
	m.type = "tmpfs"
	m.target = check.target(target, "target")
	if m.target:find ":%l+=" then check.fail("target %s has options in it", check.show(target)) end
	r:replace("mount", m, "target")
end

return { tmpfs = tmpfs }
