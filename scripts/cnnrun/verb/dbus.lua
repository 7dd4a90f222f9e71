-- SPDX-License-Identifier: MIT
--- c:dbus{ optional = true }: the user's session bus: a powerful thing to share. c:dbus(false) takes it back.
local check = require "cnnrun.check"

local function dbus(r, opts, ...)
	check.no_more(...)
	if opts == false then
		r:set("dbus", nil)
		return
	end
	r:set("dbus", check.fields(opts, { optional = check.boolean }, "the argument"))
end

return { dbus = dbus }
