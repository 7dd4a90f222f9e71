-- SPDX-License-Identifier: MIT
--- ${localEnv:NAME} and the like in a devcontainer.json. Each variable of the host is an option of
--- the profile, --var-NAME, that is taken from the environment.
local check_hint = require "cnnrun.check".hint
local host = require "cnnrun.host"
local tree = require "cnnrun.from.tree"

local variables = {}

local MANY, LONG = 90, 34
local KINDS = { localEnv = 1, env = 1, containerEnv = 1, localWorkspaceFolder = 1,
	localWorkspaceFolderBasename = 1, containerWorkspaceFolder = 1, containerWorkspaceFolderBasename = 1,
	devcontainerId = 1 }
--- What is known of the user without asking for a variable.
local FACTS = { HOME = "home", USER = "name", LOGNAME = "name", USERNAME = "name" }
local SECRET = { "TOKEN", "PASS", "PWD", "KEY", "SECRET", "CREDENTIAL", "AUTH", "COOKIE", "JWT" }

--- "localEnv", "NAME", "default" of what stands in ${…}.
local function parts(inside)
	local kind, rest = inside:match "^([^:]*):?(.*)$"
	local name, default = rest:match "^([^:]*):(.*)$"
	return kind, name or rest, default
end

local function is_secret(name)
	for _, mark in ipairs(SECRET) do
		if name:upper():find(mark, 1, true) then return true end
	end
	return false
end

--- Options for the variables of the host in the file, and their names by variable.
function variables.options(root)
	local options, names, n = {}, {}, 0
	tree.each_text(root, function(text, node)
		for inside in text:gmatch "%${([^}]*)}" do
			local kind, name, default = parts(inside)
			if (kind == "localEnv" or kind == "env") and not names[name] and not FACTS[name] then
				if not name:find "^[%a_][%w_]*$" then tree.fail(node, "%s names no variable", tree.show(inside)) end
				n = n + 1
				if n > MANY then tree.fail(node, "more than %d variables", MANY) end
				names[name] = "var_" .. name:lower():sub(1, LONG)
				for _, o in ipairs(options) do
					if o.name == names[name] then names[name] = "var_" .. n end
				end
				options[n] = { name = names[name], env = name, type = "string", about = ("%s of %s%s"):format(name,
					tree.where(node), default and ", else " .. default:gsub("%c", " "):sub(1, 60) or "") }
			end
		end
	end)
	return options, names
end

--- A number that stands for a text, in the letters that volumes may have.
local function id_of(text)
	local out = {}
	for round = 1, 4 do
		local h = 0xcbf29ce484222325 ~ round
		for i = 1, #text do h = (h ~ text:byte(i)) * 0x100000001b3 end
		out[round] = ("%016x"):format(h)
	end
	return table.concat(out):sub(1, 52)
end

--- What the variables come to: values.text(node, what), values.map(node), values.list(node).
--- place: { dir = absolute, folder = in the container }; given: the options' values.
function variables.new(names, given, place)
	local values = {}

	local function one(node, inside, known)
		local kind, name, default = parts(inside)
		if not KINDS[kind] then
			tree.fail(node, "${%s} is no variable of a devcontainer.json%s", (inside:gsub("%c", "?"):sub(1, 60)),
				check_hint(kind, KINDS))
		elseif kind == "localEnv" or kind == "env" then
			local v
			if FACTS[name] then v = host.user()[FACTS[name]] else v = given[names[name]] end
			return v or default or "", is_secret(name)
		elseif kind == "containerEnv" then
			if not known then
				tree.fail(node, "${%s}: what is in the container is known there: it can stand in remoteEnv and commands",
					inside:gsub("%c", "?"):sub(1, 60))
			end
			return known(name, default)
		elseif kind == "localWorkspaceFolder" then
			return place.dir
		elseif kind == "localWorkspaceFolderBasename" then
			return place.dir:match "[^/]*$"
		elseif kind == "containerWorkspaceFolder" or kind == "containerWorkspaceFolderBasename" then
			if not place.folder then tree.fail(node, "${%s} cannot stand in what says it", kind) end
			return kind:find "Basename$" and place.folder:match "[^/]*$" or place.folder
		end
		return id_of(place.id)
	end

	--- The text, and whether a secret of the host's is in it. known(name, default): what stands
	--- for a variable of the container, and nil where there can be none.
	function values.expand(node, what, known, piece)
		local text, secret = tree.value(node, what), false
		local function replace(inside)
			local v, hidden = one(node, inside, known)
			secret = secret or hidden or false
			return v
		end
		if not piece then return (text:gsub("%${([^}]*)}", replace)), secret end
		local at, out = 1, {}
		for from, inside, stop in text:gmatch "()%${([^}]*)}()" do
			out[#out + 1] = piece(text:sub(at, from - 1))
			local kind = parts(inside)
			local v = replace(inside)
			out[#out + 1] = kind == "containerEnv" and v or piece(v)
			at = stop
		end
		out[#out + 1] = piece(text:sub(at))
		return table.concat(out), secret
	end

	function values.text(node, what) return (values.expand(node, what)) end

	function values.list(node, what)
		local out = {}
		for i, item in ipairs(tree.items(node, what, true)) do out[i] = values.text(item, what) end
		return out
	end

	return values
end

return variables
