-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

---@class cnnrun.Optional
---@field optional? boolean go without where the host has none

--- Windows on the host's screen, by the least access that works.
--- Forms: `c:display()`, `c:display "cookie"`, `c:display "xhost"`, `c:display "none"`,
--- `c:display { optional = true }`
--- Default: none; `c:display()` is `"auto"`
---@param how? "auto"|"cookie"|"xhost"|"none"|cnnrun.Optional
---@param opts? cnnrun.Optional
local function display(r, how, opts, ...)
	check.no_more(...)
	if type(how) == "table" then
		if opts ~= nil then check.fail("after a table nothing may follow") end
		how, opts = nil, how
	end
	local d = check.fields(opts, { optional = check.boolean })
	d.mode = how == nil and "auto" or check.string(how, "the way")
	r:set("display", d)
end

return { display = display }
