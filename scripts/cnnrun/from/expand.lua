-- SPDX-License-Identifier: MIT
--- What the words of a shell come to: text, in which facts and variables of the host have places
--- that write.lua makes Lua of.
local words = require "cnnrun.from.words"

local expand = {}

--- Facts that variables and commands of a shell tell.
local VARIABLES = {
	HOME = "@user.home", USER = "@user.name", LOGNAME = "@user.name", USERNAME = "@user.name",
	UID = "@user.uid", EUID = "@user.uid", GID = "@user.gid", PWD = "@project.dir",
	HOSTNAME = "@host.name",
}
local COMMANDS = {
	["pwd"] = "@project.dir", ["pwd -P"] = "@project.dir", ["realpath ."] = "@project.dir",
	["readlink -f ."] = "@project.dir", ["echo $HOME"] = "@user.home", ["echo ~"] = "@user.home",
	["id -u"] = "@user.uid", ["id -g"] = "@user.gid", ["id -un"] = "@user.name", ["whoami"] = "@user.name",
	["id -u $USER"] = "@user.uid", ["id -g $USER"] = "@user.gid", ["hostname"] = "@host.name",
	["id -u ${USER}"] = "@user.uid", ["id -g ${USER}"] = "@user.gid", ["id -u -n"] = "@user.name",
	["git rev-parse --show-toplevel"] = "@project.dir", ["uname -m"] = "@host.arch",
}

--- The directory of the script itself, as scripts find it.
local function is_own_directory(command)
	return command:find "dirname" and command:find("$0", 1, true) or command:find("BASH_SOURCE", 1, true)
end

local function place(name) return "\1" .. name .. "\2" end

--- What is known while words are expanded: values = { NAME = { fields } }, and the variables of
--- the host that were met, by number: their places are settled when all is converted.
function expand.scope()
	return { values = {}, met = {} }
end

local function host_variable(scope, part, default)
	local n = #scope.met + 1
	scope.met[n] = { name = part.name, default = default, raw = part.raw, command = part.command }
	return place("$" .. n)
end

local text_of

local function of_variable(scope, part)
	local known = scope.values[part.name]
	if known and part.op ~= "+" and part.op ~= ":+" then
		local met = part.op and part.op:find "[-=]" and #known == 1
			and scope.met[tonumber(known[1]:match "^\1%$(%d+)\2$")]
		if met and not met.default then met.default = text_of(scope, part.rest) end
		return known
	end
	if known then return { text_of(scope, part.rest) } end
	if part.name:find "^[@*]$" or part.op == "[@]" then return { place "@args" } end
	if part.op == "+" or part.op == ":+" then return {} end
	if VARIABLES[part.name] then return { place(VARIABLES[part.name]) } end
	local default = part.op and part.op:find "[-=]" and text_of(scope, part.rest) or nil
	if part.name:find "^%d" then part = { name = "word" .. part.name, raw = part.raw } end
	return { host_variable(scope, part, default) }
end

--- $(dirname X), $(realpath X), $(cd X && pwd) of a path that is known.
local function of_path(scope, command)
	local inside = command:match "^realpath (.+)$" or command:match "^readlink %-f (.+)$"
		or command:match "^cd (.-) ?&& ?pwd$"
	local above = command:match "^dirname (.+)$"
	local path = text_of(scope, (inside or above or ""):gsub("^%-%- ", ""))
	if path == "" or path:find "[\n ]" then return nil end
	if not above then return path end
	return path:match "^(.+)/[^/\1\2]+/?$" or path .. "/.."
end

local function of_command(scope, part)
	local command = part.command:gsub("^%s+", ""):gsub("%s+$", ""):gsub("%s+", " ")
	if COMMANDS[command] then return { place(COMMANDS[command]) } end
	if is_own_directory(command) then return { place "@project.dir" } end
	local path = of_path(scope, command)
	if path then return { path } end
	local name = command:match "^[%a_][%w_]*" or "value"
	return { host_variable(scope, { name = name, raw = part.raw, command = true }) }
end

--- The fields that a word comes to: one, or more where a list stands in it.
function expand.word(scope, word)
	local fields, i = { "" }, 1
	local function add(text) fields[i] = (fields[i] or "") .. text end
	for n, part in ipairs(word) do
		if type(part) == "string" then
			if n == 1 and word.tilde then part = part:gsub("^~%f[/\0]", place "@user.home") end
			add(part)
		else
			local values = part.command and of_command(scope, part) or of_variable(scope, part)
			if part.quoted and part.op ~= "[@]" then values = { table.concat(values, " ") } end
			for k, value in ipairs(values) do
				if k > 1 then i = i + 1 end
				add(value)
			end
			if #values == 0 and #word == 1 and not part.quoted then return {} end
		end
	end
	return fields
end

--- A default's text, in which variables may stand as well.
function text_of(scope, text)
	if text == "" or not text:find "[$`~\"'\\]" then return text end
	local ok, commands = pcall(words.commands, text)
	if not ok or #commands ~= 1 then return text end
	local list = {}
	for _, word in ipairs(commands[1]) do list[#list + 1] = table.concat(expand.word(scope, word), " ") end
	return table.concat(list, " ")
end

--- A word of the script's own line, or an option's value: an option of that name, whose default is
--- what stood there before.
local function from_line(scope, name, list)
	local n = #list == 1 and list[1]:match "^\1%$(%d+)\2$"
	local met = n and scope.met[tonumber(n)]
	if not met or not (met.name:find "^word%d" or met.name == "OPTARG") then return list end
	local was = scope.values[name]
	local default = met.default or was and not was[2] and was[1] or nil
	if was and was[1] and was[1]:find "^\1%$" then return was end
	return { host_variable(scope, { name = name, raw = met.raw, command = true }, default) }
end

--- NAME=value, NAME+=value, NAME=(…): true when the word is one.
function expand.assign(scope, word)
	local name, more = (type(word[1]) == "string" and word[1] or ""):match "^([%a_][%w_]*)(%+?)="
	if not name then return false end
	local list = {}
	if word.array then
		for _, one in ipairs(word.array) do
			for _, field in ipairs(expand.word(scope, one)) do list[#list + 1] = field end
		end
	else
		local copy = { table.unpack(word) }
		copy[1] = copy[1]:sub(#name + #more + 2)
		copy.tilde = copy[1]:find "^~" ~= nil
		list = expand.split(table.concat(expand.word(scope, copy), " "))
	end
	list = from_line(scope, name, list)
	if more ~= "" and scope.values[name] then list = table.move(list, 1, #list, #scope.values[name] + 1,
		{ table.unpack(scope.values[name]) }) end
	scope.values[name] = list
	return true
end

--- At blanks, where no quotes say otherwise.
function expand.split(text)
	local list = {}
	for field in text:gmatch "%S+" do list[#list + 1] = field end
	return list
end

return expand
