-- SPDX-License-Identifier: MIT
--- c:env("NAME", value), c:env{ NAME = value }, or c:env("NAME") for the host's own value.
--- c:env("NAME", value, { secret = true }) is never shown. c:unenv("NAME") takes it back.
local check = require "cnnrun.check"

local is_name = check.like("^[^=%s]+$", 'a name as "LANG"')
local OPTIONS = { secret = check.boolean }

local function forget(r, name)
	local function is_it(old) return old == name end
	r:put("env", name, nil)
	r:drop("env_pass", is_it)
	r:drop("env_secret", is_it)
end

local function set(r, name, value, opts)
	is_name(name, "the variable")
	value, opts = check.value(value, name), check.fields(opts, OPTIONS)
	forget(r, name)
	r:put("env", name, value)
	if opts.secret then r:include("env_secret", name) end
end

local function env(r, name, ...)
	local value, opts = ...
	check.no_more(select(3, ...))
	if type(name) == "table" then
		if select("#", ...) > 0 then check.fail("after a table nothing may follow") end
		for key, each in pairs(name) do set(r, key, each) end
	elseif select("#", ...) == 0 then
		is_name(name, "the variable")
		forget(r, name)
		r:include("env_pass", name)
	elseif value == nil then
		check.fail("the value of %s is nil; for the host's own value write c:env(%s)",
			check.show(name), check.show(name))
	else
		set(r, name, value, opts)
	end
end

local function unenv(r, name, ...)
	check.no_more(...)
	is_name(name, "the variable")
	forget(r, name)
end

return { env = env, unenv = unenv }
