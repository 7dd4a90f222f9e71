-- SPDX-License-Identifier: MIT
--- c:device("/dev/ttyUSB0", target, { permissions = "rw", optional = true }): a device node
--- of the host. c:undevice(target) takes it back.
local check = require "cnnrun.check"

local function permissions(v, what)
	check.string(v, what)
	if not v:find("^[rwm]+$") or #v > 3 then
		check.fail('%s must be some of "rwm", not %s', what, check.show(v))
	end
	return v
end

local OPTIONS = { permissions = permissions, optional = check.boolean }

local function device(r, source, target, opts, ...)
	check.no_more(...)
	if type(target) == "table" then
		if opts ~= nil then check.fail("after a table nothing may follow") end
		target, opts = nil, target
	end
	local d = check.fields(opts, OPTIONS)
	d.source = check.target(source, "the device")
	d.target = target ~= nil and check.target(target, "target") or d.source
	r:replace("devices", d, "target")
end

local function undevice(r, target, ...)
	check.no_more(...)
	target = check.target(target, "the device")
	r:drop("devices", function(d) return d.target == target end)
end

return { device = device, undevice = undevice }
