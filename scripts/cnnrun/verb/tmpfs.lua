-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

--- Permission bits: a number, or the octal text people write.
local function mode(v, what)
	local n = type(v) == "string" and v:find("^[0-7]+$") and tonumber(v, 8) or v
	if type(n) ~= "number" then
		check.fail('%s must be permissions as "1777", not %s', what, check.show(v))
	end
	return check.integer(n, what)
end

---@class cnnrun.TmpfsOptions
---@field size? string|integer "1g"
---@field mode? string|integer "1777"

--- A directory in memory.
--- Forms: `c:tmpfs "/scratch"`, `c:tmpfs("/scratch", { size = "1g", mode = "1777" })`;
--- `c:unmount "/scratch"`
--- Default: mode 1777
---@param target string
---@param opts? cnnrun.TmpfsOptions
local function tmpfs(r, target, opts, ...)
	check.no_more(...)
	local m = check.fields(opts, { size = check.size, mode = mode })
	m.type = "tmpfs"
	m.target = check.target(target, "target")
	r:replace("mount", m, "target")
end

return { tmpfs = tmpfs }
