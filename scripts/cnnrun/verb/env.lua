-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local OPTIONS = { secret = check.boolean }
local FILE_OPTIONS = { quotes = check.boolean }

local function forget(r, name)
	local function is_it(old) return old == name end
	r:put("env/set", name, nil)
	r:drop("env/pass", is_it)
	r:drop("env/secret", is_it)
end

local function variable(name)
	check.string(name, "the variable")
	if name:find("=", 1, true) then check.fail("%s is no name of a variable", check.show(name)) end
	return name
end

local function pass(r, name)
	forget(r, variable(name))
	r:include("env/pass", name)
end

local function set(r, name, value, opts)
	variable(name)
	value, opts = check.value(value, name), check.fields(opts, OPTIONS)
	forget(r, name)
	r:put("env/set", name, value)
	if opts.secret then r:include("env/secret", name) end
end

--- Sets variables; with a name alone passes the host's value. A secret is never shown.
--- Forms: `c:env("NAME", "value")`, `c:env { A = 1, B = "two" }`, `c:env "LANG"` and
--- `c:env { "LANG", "TERM" }` pass the host's on, `c:env("DB", url, { secret = true })` is never
--- shown; `c:unenv "NAME"`
--- Default: `LANG=C.UTF-8` where neither image nor profile says a language
---@param name string|string[]|table<string, string|number|boolean>
---@param value? string|number|boolean
---@param opts? { secret?: boolean }
local function env(r, name, ...)
	local value, opts = ...
	check.no_more(select(3, ...))
	if type(name) == "table" then
		if select("#", ...) > 0 then check.fail("after a table nothing may follow") end
		local passed = {}
		for i, each in ipairs(name) do
			pass(r, each)
			passed[i] = true
		end
		for key, each in pairs(name) do
			if not passed[key] then set(r, key, each) end
		end
	elseif select("#", ...) == 0 then
		pass(r, name)
	elseif value == nil then
		check.fail("the value of %s is nil; for the host's own value write c:env(%s)",
			check.show(name), check.show(name))
	else
		set(r, name, value, opts)
	end
end

--- Takes back a variable, however it was given.
---@param name string|string[]
local function unenv(r, name, ...)
	check.no_more(...)
	check.each(name, function(one) forget(r, check.string(one, "the variable")) end)
end

---@class cnnrun.EnvFileOptions
---@field quotes? boolean quotes, escapes and comments behind values, as compose reads them

--- Variables from a file, whose values are never shown. It is read as `docker run
--- --env-file` reads it: NAME=value with nothing taken off the value, NAME alone for the
--- host's, `#` comments.
--- Forms: `c:env_file ".env"`, `c:env_file { ".env", "more.env" }`,
--- `c:env_file(".env", { quotes = true })` reads it as compose does; `c:unenv_file ".env"`
---@param path string|string[]
---@param opts? cnnrun.EnvFileOptions
local function env_file(r, path, opts, ...)
	check.no_more(...)
	check.each(path, function(one)
		local f = check.fields(opts, FILE_OPTIONS)
		f.path = check.source(one, "the file")
		r:replace("env_file", f, "path")
	end)
end

--- Takes back an env_file.
---@param path string|string[]
local function unenv_file(r, path, ...)
	check.no_more(...)
	check.each(path, function(one)
		one = check.source(one, "the file")
		r:drop("env_file", function(f) return f.path == one end)
	end)
end

return { env = env, unenv = unenv, env_file = env_file, unenv_file = unenv_file }
