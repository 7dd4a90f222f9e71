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

local function set(r, name, value, opts)
	check.string(name, "the variable")
	value, opts = check.value(value, name), check.fields(opts, OPTIONS)
	forget(r, name)
	r:put("env/set", name, value)
	if opts.secret then r:include("env/secret", name) end
end

--- Sets variables; with a name alone passes the host's value. A secret is never shown.
--- Forms: `c:env("NAME", "value")`, `c:env { A = 1, B = "two" }`, `c:env "LANG"` passes the
--- host's on, `c:env("DB", url, { secret = true })` is never shown; `c:unenv "NAME"`
--- Default: `LANG=C.UTF-8` where neither image nor profile says a language
---@param name string|table<string, string|number|boolean>
---@param value? string|number|boolean
---@param opts? { secret?: boolean }
local function env(r, name, ...)
	local value, opts = ...
	check.no_more(select(3, ...))
	if type(name) == "table" then
		if select("#", ...) > 0 then check.fail("after a table nothing may follow") end
		for key, each in pairs(name) do set(r, key, each) end
	elseif select("#", ...) == 0 then
		check.string(name, "the variable")
		forget(r, name)
		r:include("env/pass", name)
	elseif value == nil then
		check.fail("the value of %s is nil; for the host's own value write c:env(%s)",
			check.show(name), check.show(name))
	else
		set(r, name, value, opts)
	end
end

--- Takes back a variable, however it was given.
---@param name string
local function unenv(r, name, ...)
	check.no_more(...)
	forget(r, check.string(name, "the variable"))
end

---@class cnnrun.EnvFileOptions
---@field quotes? boolean quotes, escapes and comments behind values, as compose reads them

--- Variables from a file, whose values are never shown. It is read as `docker run
--- --env-file` reads it: NAME=value with nothing taken off the value, NAME alone for the
--- host's, `#` comments.
--- Forms: `c:env_file ".env"`, `c:env_file(".env", { quotes = true })` reads it as compose
--- does; `c:unenv_file ".env"`
---@param path string
---@param opts? cnnrun.EnvFileOptions
local function env_file(r, path, opts, ...)
	check.no_more(...)
	local f = check.fields(opts, FILE_OPTIONS)
	f.path = check.source(path, "the file")
	r:replace("env_file", f, "path")
end

--- Takes back an env_file.
---@param path string
local function unenv_file(r, path, ...)
	check.no_more(...)
	path = check.source(path, "the file")
	r:drop("env_file", function(f) return f.path == path end)
end

return { env = env, unenv = unenv, env_file = env_file, unenv_file = unenv_file }
