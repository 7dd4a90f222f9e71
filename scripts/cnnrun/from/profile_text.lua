-- SPDX-License-Identifier: MIT
--- `cnnrun init --from`: the text of a profile, of what a person has.
--- given: sources = { { name = "build.sh" or nil for a line, text = "…" }, … }, cwd, home, uid, gid and
--- name of whom it is for, taken = names that no option may have.
local settle = require "cnnrun.from.settle"
local write = require "cnnrun.from.write"

local function base(path) return path:match "([^/]*)$" end

local function kind_of(source)
	local name = base(source.name or "")
	if name:find "^[Dd]ockerfile" or name:find "^[Cc]ontainerfile" or name:find "%.[Dd]ockerfile$" then
		return "dockerfile"
	end
	if name:find "%.ya?ml$" or name:find "%.json$" then return "foreign" end
	local first = ("\n" .. source.text):gsub("\n%s*#[^\n]*", "\n"):match "%S+" or ""
	if source.name and (first == "FROM" or first == "ARG") then return "dockerfile" end
	return "shell"
end

local function project_name(given)
	local name = base(given.cwd or ""):lower():gsub("[^a-z0-9]+", "-"):gsub("^%-", ""):gsub("%-$", "")
	return name ~= "" and name or "project"
end

--- What a profile calls itself, of what it was made of.
local function about_of(result, given)
	if result.about then return result.about end
	for _, call in ipairs(result.calls) do
		if call[1] == "image" and type(call[2]) == "string" and not call[2]:find "\1" then
			return ("%s, as docker ran it"):format(call[2])
		end
	end
	return ("The image of %s"):format(project_name(given))
end

local converters = {}

function converters.shell(sources, given)
	local texts = {}
	for i, source in ipairs(sources) do texts[i] = source.text end
	local result = require "cnnrun.from.shell"(texts, given)
	settle(result.calls, result.scope, result.options, result.numbers, given.taken)
	return result
end

function converters.dockerfile(sources, given)
	return require("cnnrun.from.dockerfile").read(sources[1].text, sources[1].name, project_name(given))
end

function converters.foreign(sources, given)
	return require "cnnrun.from.foreign"(sources[1].text, sources[1].name, given.taken, given.home)
end

local function required(result)
	local list = {}
	for _, o in ipairs(result.options or {}) do
		if o.required then list[#list + 1] = (o.name:gsub("_", "-")) end
	end
	return list
end

--- What is said once is not said again.
local function once(calls, said)
	for _, call in ipairs(calls) do
		local comment = call[1] and call.comment
		if comment and said[comment] then call.comment = nil end
		if comment then said[comment] = true end
		if call.calls then once(call.calls, said) end
	end
end

--- The text, and what to say: variables that it takes (set), options that have to be given (required).
return function(given)
	local kind = kind_of(given.sources[1])
	for _, source in ipairs(given.sources) do
		if kind_of(source) ~= kind then error("files of one kind make one profile; name them one by one", 0) end
	end
	if #given.sources > 1 and kind ~= "shell" then
		error("of several files only shell scripts make one profile", 0)
	end
	local result = converters[kind](given.sources, given)
	once(result.calls, {})
	result.about = about_of(result, given)
	local head = { "Run it with `cnnrun`; `cnnrun plan` says what that does." }
	return write(result, head), { set = result.secrets, required = required(result) }
end
