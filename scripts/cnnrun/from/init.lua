-- SPDX-License-Identifier: MIT
--- A file of another program as a profile: its text comes in as data, the value that a profile
--- would return goes out.
local calls = require "cnnrun.from.calls"
local door = require "cnnrun.door"
local profile = require "cnnrun.profile"
local project = require "cnnrun.project"
local tree = require "cnnrun.from.tree"

local from = {}

--- The values of a file's text, by the end of its name.
function from.parse(text, name)
	local parse = name:find "%.json$" and door.json or door.yaml
	return tree.adopt(parse(text, name), name)
end

--- "a/b", "../c" → "a/c". Absolute paths stay; nil above the project.
function from.join(dir, path)
	if path:sub(1, 1) == "/" then return path end
	local parts, up = {}, 0
	for part in (dir .. "/" .. path):gmatch "[^/]+" do
		if part ~= ".." and part ~= "." then
			parts[#parts + 1] = part
		elseif part == ".." and #parts > 0 then
			parts[#parts] = nil
		elseif part == ".." then
			up = up + 1
		end
	end
	local joined = (("../"):rep(up) .. table.concat(parts, "/")):gsub("/$", "")
	return joined == "" and "." or joined
end

--- The text of a file below the project; nil, message.
function from.read(path)
	return project.read(path)
end

local function is_devcontainer(file)
	return file:find "devcontainer%.json$" or file:find "%.devcontainer/"
end

--- What a file says: { about =, argument =, options = { { name =, … }, … }, calls = function(opt) }.
local function converted(root, about)
	if not root.map then tree.fail(root, "a table of names and values is expected, not %s", tree.kind(root)) end
	local which = is_devcontainer(about.file) and "devcontainer" or "compose"
	return require("cnnrun.from." .. which)(root, about)
end

--- For `cnnrun init --from`, which writes what it says; home: of whom it is for.
function from.made(text, file, dir, home)
	tree.name = file
	return converted(from.parse(text, file), { file = file, dir = dir, written_for = home })
end

--- dir: of the file, below the project, "" = its top; nil = it lies elsewhere.
return setmetatable(from, { __call = function(_, text, file, dir)
	tree.name = file
	local root = from.parse(text, file)
	if not dir then tree.fail(root, "it lies outside of the project that it is called from; copy it there") end
	local made = converted(root, { file = file, dir = dir })
	local options = {}
	for _, o in ipairs(made.options) do
		local declared = {}
		for key, v in pairs(o) do declared[key] = key ~= "name" and v or nil end
		options[o.name] = declared
	end
	local p = profile.new { about = made.about, options = options, setup = function(c, opt)
		calls.run(c, made.calls(opt))
	end }
	p.argument = made.argument
	return p
end })
