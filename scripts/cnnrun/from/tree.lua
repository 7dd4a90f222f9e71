-- SPDX-License-Identifier: MIT
--- Values of a file that is no Lua, as src/profile/foreign makes them, with their lines:
--- { line, text, plain }, { line, list = { … } }, { line, map = { { key, line, node }, … } }.
--- Values below the first have no name of their file: each table of it is noted here.
local tree = {}

local files = setmetatable({}, { __mode = "k" })

--- "compose.yaml:12"
function tree.where(node)
	return ("%s:%d"):format(node and files[node] or tree.name or "?", node and node.line or 1)
end

--- The file of a node.
function tree.file(node)
	return files[node] or tree.name
end

--- Raises "compose.yaml:12: …".
function tree.fail(node, text, ...)
	error(("%s: %s"):format(tree.where(node), text:format(...)), 0)
end

--- A text of the file as a message shows it: one line, not at any length.
function tree.show(text)
	text = tostring(text):gsub("[%c]", "?")
	if #text > 60 then text = text:sub(1, 57) .. "..." end
	return '"' .. text .. '"'
end

local show = tree.show

--- What is above all of it belongs to this file from now on. Each table once: aliases are many.
function tree.adopt(node, name)
	if files[node] then return node end
	files[node] = name
	for _, item in ipairs(node.list or {}) do tree.adopt(item, name) end
	for _, entry in ipairs(node.map or {}) do
		files[entry] = name
		tree.adopt(entry.node, name)
	end
	return node
end

--- What node was made of has its place.
function tree.like(node, made)
	made.line = node.line
	files[made] = files[node]
	return made
end

function tree.is_null(node)
	return node == nil or not (node.text or node.list or node.map)
end

function tree.kind(node)
	if tree.is_null(node) then return "nothing" end
	return node.map and "a table of names and values" or node.list and "a list" or show(node.text)
end

local MERGE = "<<"
local merged = setmetatable({}, { __mode = "k" })

--- The entries of a table, those of "<<" behind its own. nil counts as none.
function tree.entries(node, what)
	if tree.is_null(node) then return {} end
	if not node.map then
		tree.fail(node, "%s must be a table of names and values, not %s", what, tree.kind(node))
	end
	if merged[node] then return merged[node] end
	local out, seen, later = {}, {}, {}
	local function add(entry)
		if seen[entry.key] then return end
		seen[entry.key] = true
		out[#out + 1] = entry
	end
	for _, entry in ipairs(node.map) do
		if entry.key == MERGE then later[#later + 1] = entry.node else add(entry) end
	end
	for _, from in ipairs(later) do
		for _, one in ipairs(from.list or { from }) do
			for _, entry in ipairs(tree.entries(one, "what is merged")) do add(entry) end
		end
	end
	merged[node] = out
	return out
end

--- The value of a name, and its entry.
function tree.get(node, key)
	if tree.is_null(node) or not node.map then return nil end
	for _, entry in ipairs(tree.entries(node)) do
		if entry.key == key then return entry.node, entry end
	end
	return nil
end

--- The items of a list; one value stands for a list of it where one is allowed.
function tree.items(node, what, one)
	if tree.is_null(node) then return {} end
	if node.list then return node.list end
	if one and node.text then return { node } end
	tree.fail(node, "%s must be a list, not %s", what, tree.kind(node))
end

--- The text of a scalar, numbers and true as they are written.
function tree.text(node, what)
	if not node or not node.text then
		tree.fail(node, "%s must be a text, not %s", what, node and tree.kind(node) or "nothing")
	end
	return node.text
end

--- The same of a value that a program gets as text: 1.50 is 1.5, as everywhere in YAML.
function tree.value(node, what)
	local text = tree.text(node, what)
	if not node.plain then return text end
	if text:find "^[-+]?%d+%.%d*$" then return ("%.14g"):format(tonumber(text)) end
	if text:find "^0[xX]%x+$" then return tostring(tonumber(text)) end
	if text:find "^0[oO]?[0-7]+$" then return tostring(tonumber((text:gsub("^0[oO]?", "")), 8)) end
	return text
end

local SWITCHES = { ["true"] = true, ["false"] = false, yes = true, no = false, on = true, off = false,
	y = true, n = false, ["1"] = true, ["0"] = false }

function tree.bool(node, what)
	local v = SWITCHES[tree.text(node, what):lower()]
	if v == nil then tree.fail(node, "%s must be true or false, not %s", what, tree.kind(node)) end
	return v
end

function tree.number(node, what)
	local text = tree.text(node, what)
	local v = text:find "^[-+]?[%d.]" and tonumber(text)
	if not v then tree.fail(node, "%s must be a number, not %s", what, tree.kind(node)) end
	return v
end

function tree.integer(node, what)
	local v = math.tointeger(tree.number(node, what))
	if not v then tree.fail(node, "%s must be a whole number, not %s", what, tree.kind(node)) end
	return v
end

--- Plain Lua of it: texts, numbers and switches as YAML means them.
function tree.plain(node)
	if tree.is_null(node) then return nil end
	local out = {}
	if node.list then
		for i, item in ipairs(node.list) do out[i] = tree.plain(item) end
		return out
	elseif node.map then
		for _, entry in ipairs(tree.entries(node)) do out[entry.key] = tree.plain(entry.node) end
		return out
	end
	if not node.plain then return node.text end
	local v = ({ ["true"] = true, ["false"] = false })[node.text]
	if v ~= nil then return v end
	return node.text:find "^[-+]?%d" and tonumber(node.text) or node.text
end

--- The value that plain Lua stands for, in line 1.
function tree.of(v)
	if type(v) ~= "table" then return { line = 1, text = tostring(v), plain = type(v) ~= "string" } end
	local node = { line = 1 }
	if v[1] ~= nil then
		node.list = {}
		for i, item in ipairs(v) do node.list[i] = tree.of(item) end
		return node
	end
	local keys = {}
	node.map = {}
	for key in pairs(v) do keys[#keys + 1] = key end
	table.sort(keys)
	for i, key in ipairs(keys) do node.map[i] = { key = key, line = 1, node = tree.of(v[key]) } end
	return node
end

--- Calls visit(text, node) for each text in it, keys left out; each table once.
function tree.each_text(node, visit, seen)
	seen = seen or {}
	if not node or seen[node] then return end
	seen[node] = true
	if node.text then visit(node.text, node) end
	for _, item in ipairs(node.list or {}) do tree.each_text(item, visit, seen) end
	for _, entry in ipairs(node.map or {}) do tree.each_text(entry.node, visit, seen) end
end

return tree
