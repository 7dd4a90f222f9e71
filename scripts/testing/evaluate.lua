-- SPDX-License-Identifier: MIT
--- A profile as cnnrun evaluates it: the same library, the same globals and no more, with a door
--- that a test answers. Each evaluation has modules of its own, so that nothing is remembered.
local config = require "cnnrun.testing.config"
local json = require "cnnrun.testing.json"

local BASE = { "assert", "error", "getmetatable", "ipairs", "next", "pairs", "pcall", "rawequal",
	"rawget", "rawlen", "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "xpcall",
	"_VERSION" }
local LIBRARIES = { "string", "table", "math", "utf8", "coroutine" }

--- What a profile finds where it is evaluated.
local function globals(print_to)
	local env = { print = print_to }
	for _, name in ipairs(BASE) do env[name] = _G[name] end
	for _, name in ipairs(LIBRARIES) do
		env[name] = {}
		for key, value in pairs(_G[name]) do env[name][key] = value end
	end
	env.string.dump = nil
	env._G = env
	return env
end

local function text_of(path)
	local f = io.open(path)
	local text = f and f:read "a"
	if f then f:close() end
	return text and text:gsub("^\239\187\191", ""):gsub("^#[^\n]*", "")
end

--- The text of a module and the name it is shown under: cnnrun's own, a profile of the project or
--- a shipped one, a file beside the profile or in the project.
local function find(name, beside, loading)
	local path = name:gsub("%.", "/") .. ".lua"
	if name == "cnnrun" then path = "cnnrun/init.lua" end
	if name:find "^cnnrun%f[.\0]" then return config.files[path], path end
	for _, place in ipairs { beside .. path, path } do
		local text = not loading[place] and text_of(place)
		if text then return text, place end
	end
	if name:find "^profiles%." then return config.files[path], path end
end

local function quiet_require(env, door, beside)
	local loaded, loading = { ["cnnrun.door"] = door }, {}
	local function load_file(text, shown, ...)
		loading[shown] = true
		return assert(load(text, "@" .. shown, "t", env))(...)
	end
	function env.require(name)
		if loaded[name] == nil then
			local text, shown = find(name, beside, loading)
			if not text then
				error(('require "%s": no %s.lua beside the profile or in the project; only Lua files of the '
					.. "project can be required"):format(name, (name:gsub("%.", "/"))), 2)
			end
			local value = load_file(text, shown, name, shown)
			loaded[name] = value == nil and true or value
		end
		return loaded[name]
	end
	return load_file
end

--- The profile that a command line would call so.
local function source(name)
	if name:find "[/]" or name:find "%.lua$" then
		local text = text_of(name)
		if text then return text, name end
		if config.files[name] then return config.files[name], name end
		error(name .. ": there is no such profile", 0)
	end
	local path = "profiles/" .. name .. ".lua"
	local text = text_of(path) or config.files[path]
	if text then return text, path end
	error(("there is no profile %q; name it by its file, as in %q"):format(name, "./" .. name .. ".lua"), 0)
end

--- What the session of a profile asks of the command line, rather than of the machine.
local ASKS = { describe = true, plan = true, done = true, fail = true }

--- answers: op → function. Returns the dialogue with the profile, a function of each answer that
--- returns what it asks next, and how the profile is shown.
return function(name, answers, print_to)
	local text, shown = source(name)
	local door = { version = config.version, encode = json.encode, decode = json.decode }
	function door.call(op, args)
		if op == "print" then return print_to(args.text) end
		if ASKS[op] then return coroutine.yield(op, args) end
		local answer = answers[op]
		if not answer then return nil, "no such request: " .. op, 38 end
		local value, message, code = answer(args)
		if type(value) == "table" then value = json.decode(json.encode(value)) end
		return value, message, code
	end
	local env = globals(print_to)
	local load_file = quiet_require(env, door, shown:match "^.*/" or "")
	local dialogue = coroutine.create(function()
		local session = env.require "cnnrun.session"
		session.open()
		return session.serve(load_file(text, shown))
	end)
	return function(answer)
		local ok, op, args = coroutine.resume(dialogue, answer)
		if ok then return op, args end
		local message = type(op) == "string" and op or "raised a " .. type(op) .. " as its error"
		if not message:find "^[^:]*%.lua:%d+: " then message = shown .. ": " .. message end
		error(message, 0)
	end, shown
end
