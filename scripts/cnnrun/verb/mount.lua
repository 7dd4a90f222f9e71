-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local git = check.one_of("read", "write")
local OPTIONS = {
	readonly = check.boolean, optional = check.boolean, create = check.boolean, git = git,
	carry = check.carry,
}
local FIELDS = {
	source = check.source, target = check.target,
	readonly = check.boolean, optional = check.boolean, create = check.boolean, git = git,
	carry = check.carry,
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

---@class cnnrun.MountOptions
---@field readonly? boolean
---@field optional? boolean left out when the source is missing
---@field create? boolean make the missing source, as the user
---@field git? "read"|"write" may it change `.git` and the like; read unless said
---@field carry? boolean|"elsewhere" a copy at the engine; what changes there comes home

---@class cnnrun.Mount
---@field source string
---@field target string
---@field readonly? boolean
---@field optional? boolean
---@field create? boolean
---@field git? "read"|"write"
---@field carry? boolean|"elsewhere"

--- A path of the host in the container.
--- Forms: `c:mount(".", "/work")`,
--- `c:mount("/data", "/data", { readonly = true, optional = true })`, `{ create = true }` makes
--- a missing directory as you, `{ git = "write" }` lets it commit, `{ carry = true }` has a copy
--- at the engine and brings home what changes, `{ carry = "elsewhere" }` does on another machine;
--- `c:unmount "/work"`
--- Default: writable, but for `.git` and the like: what stands there git runs on the host;
--- the source must exist
---@param source string|cnnrun.Mount absolute, or relative to the project
---@param target? string
---@param opts? cnnrun.MountOptions
local function mount(r, source, target, opts, ...)
	check.no_more(...)
	local m = item(source, target, opts)
	m.type = "bind"
	r:replace("mount", m, "target")
end

--- Takes back a mount, volume or tmpfs.
---@param target string
local function unmount(r, target, ...)
	check.no_more(...)
	target = check.target(target, "target")
	r:drop("mount", function(m) return m.target == target end)
end

return { mount = mount, unmount = unmount }
