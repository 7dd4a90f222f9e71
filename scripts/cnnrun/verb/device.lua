-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local OPTIONS = { permissions = check.string, optional = check.boolean }

---@class cnnrun.DeviceOptions
---@field permissions? string some of "rwm"
---@field optional? boolean

---@class cnnrun.DeviceRule
---@field rule string "c 189:* rmw": kind, major and minor number, permissions

local function rule(t)
	return check.string(check.fields(t, { rule = check.string }).rule, "rule")
end

--- A device node of the host, all of a directory, or what a pattern finds; by a rule also
--- those that are plugged in later, for which `/dev/bus/usb` or the like is mounted.
--- Forms: `c:device "/dev/ttyUSB0"`, `c:device { "/dev/kvm", "/dev/fuse" }`,
--- `c:device("/dev/ttyUSB0", "/dev/ttyS0", { permissions = "rw", optional = true })`,
--- `c:device "/dev/bus/usb"`, `c:device("/dev/video*", { optional = true })`,
--- `c:device { rule = "c 189:* rmw" }`, `c:device "vendor.com/class=name"` by its CDI name;
--- `c:undevice "/dev/ttyS0"`, `c:undevice { rule = "c 189:* rmw" }`
--- Default: permissions `rwm`
---@param source string|string[]|cnnrun.DeviceRule
---@param target? string|cnnrun.DeviceOptions
---@param opts? cnnrun.DeviceOptions
local function device(r, source, ...)
	local target, opts = ...
	check.no_more(select(3, ...))
	if type(source) == "table" then
		check.no_more(...)
		if source[1] == nil then return r:include("device_rule", rule(source)) end
		return check.each(source, function(one) device(r, one) end)
	end
	if type(target) == "table" then
		if opts ~= nil then check.fail("after a table nothing may follow") end
		target, opts = nil, target
	end
	local d = check.fields(opts, OPTIONS)
	d.source = check.target(source, "the device")
	if d.source:find ":/" then check.fail("%s are two paths", check.show(source)) end
	d.target = target ~= nil and check.target(target, "target") or d.source
	r:replace("device", d, "target")
end

--- Takes back a device, or a rule.
---@param target string|cnnrun.DeviceRule
local function undevice(r, target, ...)
	check.no_more(...)
	if type(target) == "table" then
		target = rule(target)
		r:drop("device_rule", function(old) return old == target end)
		return
	end
	target = check.target(target, "the device")
	r:drop("device", function(d) return d.target == target end)
end

return { device = device, undevice = undevice }
