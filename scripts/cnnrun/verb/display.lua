-- SPDX-License-Identifier: MIT
--- c:display("auto" | "cookie" | "xhost" | "none", { optional = true }): windows on the
--- host's screen, by the least access that works.
local check = require "cnnrun.check"

local mode = check.one_of("auto", "cookie", "xhost", "none")

local function display(r, how, opts, ...)
	check.no_more(...)
	if type(how) == "table" then
		if opts ~= nil then check.fail("after a table nothing may follow") end
		how, opts = nil, how
	end
	local d = check.fields(opts, { optional = check.boolean })
	d.mode = how == nil and "auto" or mode(how, "the way")
	r:set("display", d.mode ~= "none" and d or nil)
end

return { display = display }
