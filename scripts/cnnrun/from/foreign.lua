-- SPDX-License-Identifier: MIT
--- A compose file or devcontainer.json as what is written of it: variables of which the file says what
--- stands in their place are options of the profile, where a text can hold one.
local from = require "cnnrun.from.init"
local order = require "cnnrun.from.order"

--- "var_web_port" is web_port, where nothing else is.
local function short(name, taken)
	local shorter = name:match "^var_(%l[%l%d_]*)$"
	if not shorter or taken[shorter] or shorter == "args" or shorter == "help" or shorter == "right" then
		return name
	end
	return shorter
end

--- The variables that .env has are not the environment's.
local function set_in_env(dir)
	local path = from.join(dir, ".env")
	local text = require("cnnrun.project").exists(path) and from.read(path)
	return text and require "cnnrun.from.compose.dotenv".parse(text, path, function() end) or {}
end

local function options_of(made, dir, names)
	local options, set, taken = {}, set_in_env(dir), {}
	for _, name in ipairs(names or {}) do taken[name:gsub("-", "_")] = true end
	for _, o in ipairs(made.options) do
		local fallback = (made.fallbacks or {})[o.name]
		if fallback and not set[o.env] then
			local name = short(o.name, taken)
			taken[name] = true
			options[#options + 1] = { from = o.name, name = name, default = fallback, env = o.env }
		end
	end
	return options
end

local function places(options)
	local opt = {}
	for _, o in ipairs(options) do opt[o.from] = "\1" .. o.name .. "\2" end
	return opt
end

--- As a person would have it, in services too.
local function arranged(calls)
	for _, call in ipairs(calls) do
		if call.calls then call.calls = arranged(call.calls) end
	end
	return order(calls)
end

--- A secret of .env is not written.
local function without_secrets(calls, list)
	for _, call in ipairs(calls) do
		if call[1] == "env" and type(call[4]) == "table" and call[4].secret then
			list[#list + 1] = call[2]
			call[3], call[4] = nil, nil
			call.comment = 'from your environment; or c:env_file ".env"'
		end
		if call.calls then without_secrets(call.calls, list) end
	end
	return list
end

--- names: that no option may have; home: of whom it is for.
return function(text, file, names, home)
	local dir = file:match "^(.*)/[^/]*$" or ""
	local made = from.made(text, file, dir, home)
	local all, options = options_of(made, dir, names), {}
	local ok, calls = pcall(made.calls, places(all))
	if ok then
		options = all
	else -- where a number or a word of a list is asked for a variable has no place
		for _, o in ipairs(all) do
			options[#options + 1] = o
			if not pcall(made.calls, places(options)) then options[#options] = nil end
		end
		calls = made.calls(places(options))
	end
	for _, o in ipairs(options) do o.from = nil end
	local secrets = without_secrets(calls, {})
	return { about = made.about, options = options, calls = arranged(calls), secrets = secrets }
end
