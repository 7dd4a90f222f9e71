-- SPDX-License-Identifier: MIT
--- Commands of a devcontainer's life, and variables that are made in the container: once in a new
--- box by c:prepare, the others by a shell that stands before each command.
local tree = require "cnnrun.from.tree"

local life = {}

--- A word of a shell's.
local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end
life.quoted = quoted

local NAME = "^[%a_][%w_]*$"
local ONCE = { "onCreateCommand", "updateContentCommand", "postCreateCommand" }

--- In ${containerEnv:NAME:default} of a command the shell's own variable is meant.
local function in_command(node)
	return function(name, default)
		if not name:find(NAME) then tree.fail(node, "%s names no variable", tree.show(name)) end
		return default and ("${%s-%s}"):format(name, default:gsub("[\"'`$\\}]", "")) or ("${%s}"):format(name)
	end
end

--- Calls each(words or text, node) for a command: text is for the shell, a list is a program, of a
--- table each is one of these.
local function commands(values, node, what, each, depth)
	if tree.is_null(node) then return end
	if node.map then
		if depth then tree.fail(node, "%s: a command is a text or a list of words", what) end
		for _, e in ipairs(tree.entries(node, what)) do commands(values, e.node, what, each, true) end
	elseif node.list then
		local words = {}
		for i, item in ipairs(tree.items(node, what)) do words[i] = values.text(item, what) end
		if #words > 0 then each(words, node) end
	else
		local known = in_command(node)
		local text = values.expand(node, what, known)
		if text:find "%S" then each(text, node) end
	end
end

--- What is done once in a new box, in their order.
function life.once(d)
	for _, key in ipairs(ONCE) do
		commands(d.values, (tree.get(d.root, key)), key, function(command, node)
			d:add(node, "prepare", command)
		end)
	end
end

local function line(command)
	if type(command) == "string" then return "sh -c " .. quoted(command) end
	local words = {}
	for i, word in ipairs(command) do words[i] = quoted(word) end
	return table.concat(words, " ")
end

--- Done before a command, with its output behind the command's errors.
local function before(d, key, out)
	commands(d.values, (tree.get(d.root, key)), key, function(command)
		out[#out + 1] = ("%s </dev/null >&2 || echo %s >&2"):format(line(command),
			quoted("cnnrun: " .. key .. " failed"))
	end)
end

--- A variable for what is run in the box. In the container what it is made of is known to a shell.
local function variable(d, e, script)
	local name, node = e.key, e.node
	if not name:find(NAME) then tree.fail(e, "remoteEnv: %s names no variable", tree.show(name)) end
	if tree.is_null(node) then
		script[#script + 1] = "unset " .. name
	elseif tree.text(node, name):find("${containerEnv:", 1, true) then
		local known = in_command(node)
		local text = d.values.expand(node, name, function(...) return '"' .. known(...) .. '"' end, quoted)
		script[#script + 1] = ("export %s=%s"):format(name, text)
	else
		local text, secret = d.values.expand(node, name)
		d:add(e, "env", name, text, secret and { secret = true } or nil)
	end
end

--- remoteEnv, and what is done at each start and each time the box is entered.
function life.each(d)
	local script, started, entered = {}, {}, {}
	for _, e in ipairs(tree.entries(tree.get(d.root, "remoteEnv"), "remoteEnv")) do variable(d, e, script) end
	before(d, "postStartCommand", started)
	before(d, "postAttachCommand", entered)
	if #started > 0 then
		-- /dev/shm is empty again after each start
		script[#script + 1] = "if mkdir /dev/shm/.started 2>/dev/null; then"
		table.move(started, 1, #started, #script + 1, script)
		script[#script + 1] = "fi"
	end
	table.move(entered, 1, #entered, #script + 1, script)
	if #script == 0 then return end
	script[#script + 1] = 'exec "$@"'
	d:add(tree.get(d.root, "postStartCommand") or tree.get(d.root, "postAttachCommand")
		or tree.get(d.root, "remoteEnv"), "entrypoint", { "sh", "-c", table.concat(script, "\n"), "sh" })
end

--- A command for this machine, of a stranger's file: it is shown, not run.
function life.initialize(d, node)
	local lines = {}
	local own = false
	tree.each_text(node, function(text) own = own or text:find("${", 1, true) end)
	commands(d.values, node, "initializeCommand", function(command)
		lines[#lines + 1] = type(command) == "string" and command or line(command)
	end)
	if #lines == 0 then return end
	local all = table.concat(lines, " && ")
	local how = "read it in the file before you run it"
	if not own and #all <= 200 and not all:find "[%c\127-\255]" then how = "look at it, then type: " .. all end
	d:say(node, "initializeCommand", "it is a command for this machine, not for the container; " .. how)
end

return life
