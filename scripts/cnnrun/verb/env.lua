-- SPDX-License-Identifier: MIT
--- c:env("NAME", value), c:env{ NAME = value }, or c:env("NAME") for the host's own value.
--- c:unenv("NAME") takes it back.
local check = require "cnnrun.check"

local is_name = check.like("^[^=%s]+$", 'a name as "LANG"')

local function set(r, name, value)
	is_name(name, "the variable")
	r:drop("env_pass", function(old) return old == name end)
	r:put("env", name, check.value(value, name))
end

local function env(r, name, ...)
	check.no_more(select(2, ...))
	if type(name) == "table" then
		if select("#", ...) > 0 then check.fail("after a table nothing may follow") end
		for key, value in pairs(name) do set(r, key, value) end
	elseif select("#", ...) == 0 then
		is_name(name, "the variable")
		r:put("env", name, nil)
		r:include("env_pass", name)
	else
		local value = ...
		if value == nil then
			check.fail("the value of %s is nil; for the host's own value write c:env(%s)",
				check.show(name), check.show(name))
		end
		set(r, name, value)
	end
end

local function unenv(r, name, ...)
	check.no_more(...)
	is_name(name, "the variable")
	r:put("env", name, nil)
	r:drop("env_pass", function(old) return old == name end)
end

return { env = env, unenv = unenv }
