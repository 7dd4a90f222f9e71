-- SPDX-License-Identifier: MIT
--- The files of a compose project as one: what is included, and what services extend.
local from = require "cnnrun.from.init"
local keys = require "cnnrun.from.compose.keys"
local tree = require "cnnrun.from.tree"

local model = {}

local FILES, DEEP = 50, 20

--- Fails at the first key that is neither known nor x-….
function model.check_keys(node, known, what)
	for _, entry in ipairs(tree.entries(node, what)) do
		if not known[entry.key] and not entry.key:find "^x%-" then
			tree.fail(entry, "%s: %s has no key %s%s", entry.key, what, tree.show(entry.key),
				require "cnnrun.check".hint(entry.key, known))
		end
	end
end

local function literal(node, what)
	local text = tree.text(node, what)
	if text:find("$", 1, true) then
		tree.fail(node, "%s: files are named as they are: no variables here", what)
	end
	return text
end

--- Reads another file: its first value. Paths in it count from its own directory.
local function read(self, node, path)
	local rel = from.join(self.dirs[tree.file(node)], path)
	if self.files[rel] then return self.files[rel] end
	self.n_files = self.n_files + 1
	if self.n_files > FILES then tree.fail(node, "more than %d files", FILES) end
	local text, why = from.read(rel)
	if not text then tree.fail(node, "%s", why) end
	self.dirs[rel] = rel:match "^(.*)/[^/]*$" or ""
	self.files[rel] = from.parse(text, rel)
	self.roots[#self.roots + 1] = self.files[rel]
	return self.files[rel]
end

local SECTIONS = { "services", "volumes", "networks", "secrets", "configs" }

--- Adds the sections of a file to what there is; what includes it counts where both say it.
local function add(self, root, depth)
	if depth > DEEP then tree.fail(root, "files include one another") end
	if tree.is_null(root) or not root.map then tree.fail(root, "a table of names and values is expected") end
	model.check_keys(root, keys.top, "a compose file")
	for _, entry in ipairs(tree.entries(root)) do
		local row = keys.top[entry.key]
		if row and row[1] == "refused" then tree.fail(entry, "%s: %s", entry.key, row[2]) end
	end
	for _, section in ipairs(SECTIONS) do
		for _, entry in ipairs(tree.entries(tree.get(root, section), section)) do
			if not entry.key:find "^[%w._-]+$" then
				tree.fail(entry, "%s: %s: a name is letters, digits, \".\", \"_\" and \"-\"", section,
					tree.show(entry.key))
			end
			if not entry.key:find "^x%-" and not self[section][entry.key] then
				self[section][entry.key] = entry
				table.insert(self[section], entry)
			end
		end
	end
	for _, one in ipairs(tree.items(tree.get(root, "include"), "include", true)) do
		local path = one.map and tree.get(one, "path") or one
		if path.list then
			if #path.list ~= 1 then tree.fail(path, "include: several files that change one another: write one") end
			path = path.list[1]
		end
		for _, entry in ipairs(one.map and tree.entries(one) or {}) do
			if entry.key ~= "path" then
				tree.fail(entry, "include: %s: paths and variables of an included file are its own: leave it out",
					entry.key)
			end
		end
		add(self, read(self, path, literal(path, "include")), depth + 1)
	end
end

--- Lists that one service's replaces, rather than adds to.
local REPLACED = { command = true, entrypoint = true, test = true }

--- Texts that are names with values, "A=1" in a list as well.
local NAMED = { environment = "=", labels = "=", args = "=", sysctls = "=", annotations = "=",
	extra_hosts = "[=:]" }

local function as_map(node, key)
	if not node.list then return node end
	local out = { map = {} }
	for _, item in ipairs(node.list) do
		local text = key == "depends_on" and item.text or tree.text(item, key)
		local name, value = text:match("^(.-)" .. (NAMED[key] or "\0") .. "(.*)$")
		table.insert(out.map, tree.like(item, { key = name or text,
			node = tree.like(item, { text = name and value, plain = not name }) }))
	end
	return tree.like(node, out)
end

local merge

local function merged_map(base, over)
	local out, at = { map = {} }, {}
	for _, entry in ipairs(tree.entries(base)) do
		table.insert(out.map, entry)
		at[entry.key] = #out.map
	end
	for _, entry in ipairs(tree.entries(over)) do
		local i = at[entry.key]
		if i then
			out.map[i] = tree.like(entry, { key = entry.key, node = merge(out.map[i].node, entry.node, entry.key) })
		else
			table.insert(out.map, entry)
		end
	end
	return tree.like(over, out)
end

--- What over says, and what it leaves to base.
function merge(base, over, key)
	if tree.is_null(over) then return tree.is_null(base) and over or base end
	if tree.is_null(base) or REPLACED[key] then return over end
	if NAMED[key] or key == "depends_on" or key == "networks" then
		base, over = as_map(base, key), as_map(over, key)
	end
	if base.map and over.map then return merged_map(base, over) end
	if base.list and over.list then
		local out, seen = { list = {} }, {}
		for _, part in ipairs { base.list, over.list } do
			for _, item in ipairs(part) do
				if not (item.text and seen[item.text]) then table.insert(out.list, item) end
				if item.text then seen[item.text] = true end
			end
		end
		return tree.like(over, out)
	end
	return over
end

--- A service with all that it extends.
function model.service(self, entry, depth)
	depth = depth or 0
	local node = entry.node
	if tree.is_null(node) or not node.map then tree.fail(entry, "service %s says nothing", entry.key) end
	local extends, at = tree.get(node, "extends")
	if tree.is_null(extends) then return node end
	if depth > DEEP then tree.fail(at, "extends: services extend one another") end
	local name = extends.map and tree.get(extends, "service") or extends
	local file = extends.map and tree.get(extends, "file")
	local service = literal(name, "extends")
	local base
	if file then
		base = select(2, tree.get(tree.get(read(self, file, literal(file, "file")), "services"), service))
	else
		local root = self.files[tree.file(node)]
		base = select(2, tree.get(tree.get(root, "services"), service))
	end
	if not base then
		tree.fail(name, "extends: there is no service %s%s", service, file and " in " .. file.text or "")
	end
	local own = { map = {} }
	for _, e in ipairs(tree.entries(node)) do
		if e.key ~= "extends" then table.insert(own.map, e) end
	end
	return merge(model.service(self, base, depth + 1), tree.like(node, own))
end

--- Of a file's first value; dir is the file's.
function model.new(root, file, dir)
	local self = { dirs = { [file] = dir }, files = { [file] = root }, n_files = 1, roots = { root } }
	for _, section in ipairs(SECTIONS) do self[section] = {} end
	add(self, root, 0)
	for _, entry in ipairs(self.services) do model.service(self, entry) end
	return self
end

--- A path that a node of some file of it names, below the project.
function model.path(self, node, text)
	return from.join(self.dirs[tree.file(node)], text)
end

return model
