-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local OPTIONS = { permissions = check.string, optional = check.boolean }

---@class cnnrun.DeviceOptions
---@field permissions? string some of "rwm"
---@field optional? boolean

--- A device node of the host, or a device that the engine knows by its CDI name.
--- Forms: `c:device "/dev/ttyUSB0"`,
--- `c:device("/dev/ttyUSB0", "/dev/ttyS0", { permissions = "rw", optional = true })`;
--- `c:device "vendor.com/class=name"`; `c:undevice "/dev/ttyS0"`
--- Default: permissions `rwm`
---@param source string
---@param target? string|cnnrun.DeviceOptions
---@param opts? cnnrun.DeviceOptions
local function device(r, source, target, opts, ...)
	check.no_more(...)
	if type(target) == "table" then
		if opts ~= nil then check.fail("after a table nothing may follow") end
		target, opts = nil, target
	end
	local d = check.fields(opts, OPTIONS)
	d.source = check.target(source, "the device")
	d.target = target ~= nil and check.target(target, "target") or d.source
	r:replace("device", d, "target")
end

--- Takes back a device.
---@param target string
local function undevice(r, target, ...)
	check.no_more(...)
	target = check.target(target, "the device")
	r:drop("device", function(d) return d.target == target end)
end

return { device = device, undevice = undevice }
