-- SPDX-License-Identifier: MIT
--- A devcontainer.json as a profile: a box in which the project is, prepared by its commands.
local check_hint = require "cnnrun.check".hint
local collect = require "cnnrun.from.collect"
local from = require "cnnrun.from.init"
local host = require "cnnrun.host"
local image = require "cnnrun.from.devcontainer.image"
local keys = require "cnnrun.from.devcontainer.keys"
local life = require "cnnrun.from.devcontainer.life"
local mounts = require "cnnrun.from.devcontainer.mounts"
local project = require "cnnrun.project"
local take = require "cnnrun.from.devcontainer.take"
local tree = require "cnnrun.from.tree"
local variables = require "cnnrun.from.devcontainer.variables"

local Dev = { add = collect.add, say = collect.say }
Dev.__index = Dev

--- A path that counts from the directory of the file.
function Dev:path(node, what)
	local text = self.values.text(node, what)
	if text:find "^%w+://" then
		tree.fail(node, "%s: fetch it first: a file of the project is what works", what)
	end
	local below = { project = self.project, folder = "", join = function(_, path) return path end }
	return from.join(self.dir, mounts.path(below, text))
end

--- The directory that the file is for, below the project: above .devcontainer, with or without a
--- name in between.
local function folder_of(dir)
	return dir:match "^(.*)/%.devcontainer$" or dir:match "^(.*)/%.devcontainer/[^/]+$"
		or (dir == ".devcontainer" or dir:find "^%.devcontainer/[^/]+$") and "" or dir
end

--- Who the box is run as; a name with your uid, so that files are yours.
local function user(d, composed)
	local remote, own = tree.get(d.root, "remoteUser"), tree.get(d.root, "containerUser")
	local node = not tree.is_null(remote) and remote or not tree.is_null(own) and own or nil
	local name = node and d.values.text(node, "remoteUser") or d.run_user
	if composed and not name then return end
	local update = tree.get(d.root, "updateRemoteUserUID")
	local opts = {}
	if d.groups and #d.groups > 0 then opts.groups = d.groups end
	local is_root = name == "root" or name == "0" or name == "0:0"
	if remote and own and own.text ~= remote.text and not tree.is_null(own) then
		d:say(own, "containerUser", "a box has one user, that of remoteUser")
	end
	if is_root then
		d:add(node or d.root, "user", "root", opts)
	elseif name and name:find "^%d" then
		d:add(node or d.root, "user", name:find ":" and name or name .. ":" .. name, opts)
	else
		opts.name = name and name:match "^[^:]*"
		if name and (not update or tree.bool(update, "updateRemoteUserUID")) then opts.uid = "host" end
		d:add(node or d.root, "user", "image", opts)
	end
end

local function check_keys(root)
	for _, e in ipairs(tree.entries(root, "a devcontainer.json")) do
		if not keys.top[e.key] then
			tree.fail(e, "a devcontainer.json has no %s%s", tree.show(e.key), check_hint(e.key, keys.top))
		end
	end
end

local function each_property(d)
	for _, e in ipairs(tree.entries(d.root)) do
		local row = keys.top[e.key]
		local there = not tree.is_null(e.node)
		if there and row[1] == "said" and e.key == "initializeCommand" then
			life.initialize(d, e.node)
		elseif there and row[1] == "said" and (not e.node.text or e.node.text ~= keys.usual[e.key]) then
			d:say(e, e.key, row[2])
		elseif there and take[e.key] then
			take[e.key](d, e.node)
		end
	end
end

local function made(root, about, names, compose, opt)
	local d = setmetatable({ root = root, dir = about.dir, folder = folder_of(about.dir), calls = {}, notes = {},
		project = project.dir(), home = about.written_for or host.user().home, join = from.join,
		written = about.written_for ~= nil }, Dev)
	local dir = d.folder == "" and d.project or d.project .. "/" .. d.folder
	d.place = { dir = dir, id = dir .. "\0" .. about.file }
	d.values = variables.new(names, opt, d.place)
	d.name = dir:match "[^/]*$":lower():gsub("[^%w]+", "-"):gsub("^%-+", ""):gsub("%-+$", "")
	if d.name == "" then d.name = "project" end
	d.workspace = "/workspaces/" .. dir:match "[^/]*$"
	local folder = tree.get(root, "workspaceFolder")
	d.place.folder = not tree.is_null(folder) and d.values.text(folder, "workspaceFolder")
		or compose and "/" or d.workspace
	d:add(root, "box")
	if compose then compose(d, opt) else image.of(d) end
	if not compose then d:add(root, "rights", "docker") end
	mounts.workspace(d, compose)
	each_property(d)
	user(d, compose)
	life.each(d)
	life.once(d)
	for _, line in ipairs(d.written and {} or d.notes) do print(line) end -- comments say it there
	return d.calls
end

local function title(root, file)
	local node = tree.get(root, "name")
	local text = node and node.text or ("The devcontainer of %s"):format(file)
	return (text:gsub("%c", " "):sub(1, 200))
end

return function(root, about)
	check_keys(root)
	local options, names = variables.options(root)
	local file, compose = tree.get(root, "dockerComposeFile"), nil
	if not tree.is_null(file) then
		local d = setmetatable({ root = root, dir = about.dir }, Dev)
		local dir = folder_of(about.dir)
		d.name = (dir == "" and project.dir() or dir):match "[^/]*$":lower():gsub("[^%w_-]", "")
		local more, calls = image.composed(d, file)
		local have = {}
		for _, o in ipairs(options) do have[o.name] = true end
		for _, o in ipairs(more) do
			if not have[o.name] then options[#options + 1] = o end
		end
		compose = function(to, opt)
			d.calls = to.calls
			calls(opt)
		end
	end
	return { about = title(root, about.file), options = options,
		calls = function(opt) return made(root, about, names, compose, opt) end }
end
