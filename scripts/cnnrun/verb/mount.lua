-- SPDX-License-Identifier: MIT
--- c:mount(source, target, { readonly =, optional =, create = }): a path of the host in the
--- container. c:unmount(target) takes back a mount, volume or tmpfs.
local check = require "cnnrun.check"

local OPTIONS = { readonly = check.boolean, optional = check.boolean, create = check.boolean }
local FIELDS = {
	source = check.source, target = check.target,
	readonly = check.boolean, optional = check.boolean, create = check.boolean,
}

local function item(source, target, opts)
	if type(source) == "table" then
		if target ~= nil then check.fail("after a table nothing may follow") end
		local m = check.fields(source, FIELDS)
		if not m.source then check.fail("source is missing: a path of the host") end
		if not m.target then check.fail("target is missing: a path in the container") end
		return m
	end
	local m = check.fields(opts, OPTIONS)
	m.source = check.source(source, "source")
	m.target = check.target(target, "target")
	return m
end

local function mount(r, source, target, opts, ...)
	check.no_more(...)
	local m = item(source, target, opts)
	if m.target == "/" then check.fail("target must be below /, not / itself") end
	m.type = "bind"
	r:replace("mounts", m, "target")
end

local function unmount(r, target, ...)
	check.no_more(...)
	target = check.target(target, "target")
	r:drop("mounts", function(m) return m.target == target end)
end

return { mount = mount, unmount = unmount }
