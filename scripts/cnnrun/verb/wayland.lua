-- SPDX-License-Identifier: MIT
--- c:wayland{ optional = true }: the host's Wayland display. c:wayland(false) takes it back.
local check = require "cnnrun.check"

local function wayland(r, opts, ...)
	check.no_more(...)
	if opts == false then
		r:set("wayland", nil)
		return
	end
	r:set("wayland", check.fields(opts, { optional = check.boolean }, "the argument"))
end

return { wayland = wayland }
