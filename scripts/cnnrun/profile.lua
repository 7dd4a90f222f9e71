-- SPDX-License-Identifier: MIT
--- cnn.profile{…}: the value a profile file returns.
local check = require "cnnrun.check"
local options = require "cnnrun.options"

local profile = {}

local Profile = { __name = "profile" }

local function is_function(v, what)
	if type(v) ~= "function" then
		check.fail("%s must be a function (c, opt), not %s", what, check.show(v))
	end
	return v
end

local FIELDS = {
	about = check.string,
	options = options.declare,
	setup = is_function,
	action = check.one_of("run", "build", "none"),
	rights = check.list_of(check.string),
}

--- about: one line. options: see cnnrun.options. setup(c, opt): calls verbs. action: what is
--- done with the plan: "run" (default), "build" only the image, or "none" for a script that
--- does its own with cnn.run. rights: all that it may ever ask for, as `cnnrun allow --right`
--- has them.
function profile.new(t)
	if type(t) ~= "table" then check.fail("needs a table, not %s", check.show(t)) end
	local p = check.fields(t, FIELDS, nil, function(key)
		local familiar = require "cnnrun.familiar"
		return familiar.field(key) or familiar.key(key, FIELDS)
	end)
	if not p.setup then check.fail("setup is missing: a function (c, opt)") end
	p.options = p.options or {}
	return setmetatable(p, Profile)
end

function profile.is(v)
	return getmetatable(v) == Profile
end

--- What `--help` and `list` show; plain data. argument: the option that a bare word stands for,
--- of a file that is no Lua.
function profile.describe(p)
	return { about = p.about, action = p.action, options = p.options, rights = p.rights,
		argument = p.argument }
end

return profile
