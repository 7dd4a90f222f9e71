-- SPDX-License-Identifier: MIT
--- How what a shell, docker or compose would take is written in a profile. Only messages need
--- it: it is read when something is wrong.
local written = {}

--- A string as Lua text, on one line.
function written.text(v)
	return (("%q"):format(v):gsub("\\\n", "\\n"):gsub("\r", "\\r"))
end

local text = written.text

--- What a profile writes for a variable of the shell.
local FACTS = {
	HOME = "cnn.host.user().home", USER = "cnn.host.user().name", LOGNAME = "cnn.host.user().name",
	UID = "cnn.host.user().uid", GID = "cnn.host.user().gid", PWD = "cnn.project.dir()",
	HOSTNAME = "cnn.host.name()",
}

--- What it writes for the output of a command.
local COMMANDS = {
	["pwd"] = FACTS.PWD, ["id -u"] = FACTS.UID, ["id -g"] = FACTS.GID, ["id -un"] = FACTS.USER,
	["whoami"] = FACTS.USER, ["hostname"] = FACTS.HOSTNAME, ["uname -m"] = "cnn.host.arch()",
}

--- nil: nothing tells it but the user.
function written.fact(name)
	return FACTS[name]
end

--- An option that is taken from a variable, and how it is declared.
local function option_for(name, default)
	local key = name:lower():gsub("^_+", "")
	default = default and ", default = " .. text(default) or ""
	return "opt." .. key, ('%s = { env = "%s"%s }'):format(key, name, default)
end

--- What stands for "{X:-y}": what is written, and the option that this takes.
local function braces(inside)
	local name, more = inside:match "^{([%a_][%w_]*)(.*)}$"
	if not name then return nil end
	if FACTS[name] then return FACTS[name] end
	return option_for(name, more:match "^:?%-(.*)$")
end

--- The first of "$HOME", "${X:-y}", "$(pwd)" in it: where it begins and ends, what is written for
--- it, and the option that this takes. nil when there is none.
local function first(v)
	local at = v:find "%$[%u_{(]"
	if not at then return nil end
	local inside, stop = v:match("^%$(%b())()", at)
	if inside then
		local known = COMMANDS[inside:sub(2, -2)]
		return at, stop - 1, known or "opt.value", not known and "value = {}" or nil
	end
	inside, stop = v:match("^%$(%b{})()", at)
	if inside then return at, stop - 1, braces(inside) end
	inside, stop = v:match("^%$([%u_][%u%d_]*)()", at)
	if not inside then return nil end
	return at, stop - 1, braces("{" .. inside .. "}")
end

--- What in it only a shell would put something in for; nil when there is nothing.
function written.shells(v)
	if v:find "^~" then return v:match "^~[^/]*" end
	local at, stop, value = first(v)
	return value and v:sub(at, stop)
end

--- The expression that makes of it what the shell would, and the options it needs.
function written.expression(v)
	local parts, options = {}, {}
	if v == "~" or v:sub(1, 2) == "~/" then
		parts[1] = FACTS.HOME
		v = v:sub(2)
	end
	v = v:gsub("^~", "/home/")
	while v ~= "" do
		local at, stop, value, option = first(v)
		if not value then at = nil end
		if at ~= 1 then parts[#parts + 1] = text(v:sub(1, (at or 0) - 1)) end
		parts[#parts + 1] = value
		options[#options + 1] = option
		v = at and v:sub(stop + 1) or ""
	end
	return table.concat(parts, " .. "), table.concat(options, ", ")
end

--- The same for a message, options included.
function written.instead(v)
	local expression, options = written.expression(v)
	if options == "" then return expression end
	return ("%s, with options = { %s }"):format(expression, options)
end

--- "a:/b:ro" as the call that it means; nil when it is none.
function written.mount(v)
	local source, target, mode = v:match "^(.-):(/[^:]*):?([%a,]*)$"
	if not source then
		source, target, mode = v:match "^([%w./_-]+):([%w_-]+):(r[ow])$"
		target = target and "/" .. target
	end
	if not source or source == "" then return nil end
	local is_path = source:find "[/.~$]"
	local verb = is_path and "mount" or "volume"
	local readonly = (mode .. ","):find("ro,", 1, true) and ", { readonly = true }" or ""
	local expression, options = written.expression(source)
	if options ~= "" then options = (", with options = { %s }"):format(options) end
	return ("c:%s(%s, %s%s)"):format(verb, expression, text(target), readonly) .. options
end

--- A line of a shell as the list that it means.
function written.words(v)
	if v:find "[|&;<>()$`\\\"'*?{}\n]" or v:find "^%s*[%w_]+=" or v:find "~/" then
		return ('{ "sh", "-c", %s }'):format(text(v))
	end
	local list = {}
	for word in v:gmatch "%S+" do list[#list + 1] = text(word) end
	return ("{ %s }"):format(table.concat(list, ", "))
end

return written
