-- SPDX-License-Identifier: MIT
--- ${VARIABLES} of a compose file: which there are, and what they come to. Each is an option of
--- the profile, --var-NAME, that is taken from the environment; behind that comes .env.
local dotenv = require "cnnrun.from.compose.dotenv"
local tree = require "cnnrun.from.tree"

local interpolate = {}

local NAME = "^[%a_][%w_]*"
local DEPTH, MANY, LONG = 20, 90, 34

--- Calls piece(text) and variable(name, operator, rest, node) for what a text is made of.
local function split(text, node, piece, variable)
	local at = 1
	while true do
		local from = text:find("$", at, true)
		piece(text:sub(at, (from or 0) - 1))
		if not from then return end
		local name = text:match(NAME, from + 1)
		local inside, stop = text:match("^(%b{})()", from + 1)
		if text:sub(from + 1, from + 1) == "$" then
			piece "$"
			at = from + 2
		elseif name then
			variable(name, "", "", node)
			at = from + 1 + #name
		elseif inside then
			name = inside:match("^[%a_][%w_]*", 2)
			local operator, rest = inside:sub(2 + #(name or ""), -2):match "^(:?[-?+]?)(.*)$"
			if not name or operator == ":" or operator == "" and rest ~= "" then
				tree.fail(node, "%s is no variable; what works is ${NAME}, ${NAME:-default}, ${NAME:?message}, "
					.. "${NAME:+instead}; a $ itself is written $$", tree.show("$" .. inside))
			end
			variable(name, operator, rest, node)
			at = stop
		else
			tree.fail(node, "%s: a $ that means no variable is written $$", tree.show(text))
		end
	end
end

local function nothing() end

local function note(found, text, node, depth)
	if depth > DEPTH then tree.fail(node, "variables stand in one another more than %d times", DEPTH) end
	split(text, node, nothing, function(name, operator, rest)
		local known = found[name]
		if not known then
			found[#found + 1] = name
			known = { node = node, operator = operator, rest = rest }
			found[name] = known
		end
		if rest ~= "" and rest:find("$", 1, true) then note(found, rest, node, depth + 1) end
	end)
end

local function option_name(name, taken)
	local key = "var_" .. name:lower():sub(1, LONG)
	if taken[key] then key = ("var_%d"):format(#taken + 1) end
	taken[key] = true
	taken[#taken + 1] = key
	return key
end

--- The options that the texts below these nodes take, the name of each variable's, and the text
--- that stands in the place of one that is not set, by the option's.
function interpolate.options(roots)
	local found, seen, options, names, taken, fallbacks = {}, {}, {}, {}, {}, {}
	for _, root in ipairs(roots) do
		tree.each_text(root, function(text, node)
			if text:find("$", 1, true) then note(found, text, node, 0) end
		end, seen)
	end
	for i, name in ipairs(found) do
		local one = found[name]
		if i > MANY then tree.fail(one.node, "more than %d variables", MANY) end
		local default = one.operator:find "-" and not one.rest:find("$", 1, true) and one.rest ~= ""
			and ", else " .. one.rest:gsub("[%c]", " "):sub(1, 60) or ""
		names[name] = option_name(name, taken)
		if not one.rest:find("$", 1, true) and not one.operator:find "[+?]" then
			fallbacks[names[name]] = one.rest
		end
		options[i] = { name = names[name], env = name, type = "string",
			about = ("%s of %s%s"):format(name, tree.where(one.node), default) }
	end
	return options, names, fallbacks
end

--- What variables come to: value(name) → text or nil, and whether it may be shown.
--- given: the options' values; names: of options by variable; env: the text of .env, or nil.
function interpolate.new(given, names, env, env_name)
	local self = { said = {} }
	local from_file

	local function lookup(name)
		local v = names[name] and given[names[name]]
		if v ~= nil then return v, false end
		if from_file == nil then
			from_file = env and dotenv.parse(env, env_name, function(n) return (lookup(n)) end) or {}
		end
		return from_file[name], from_file[name] ~= nil
	end
	self.lookup = lookup

	local expand

	local function one(name, operator, rest, node, depth)
		local v, secret = lookup(name)
		local there = v ~= nil and not (operator:sub(1, 1) == ":" and v == "")
		local kind = operator:sub(-1)
		if kind == "+" then
			if not there then return "", false end
			return expand(rest, node, depth + 1)
		elseif there then
			return v, secret
		elseif kind == "-" then
			return expand(rest, node, depth + 1)
		elseif kind == "?" then
			local why = rest ~= "" and expand(rest, node, depth + 1) or "it must be set"
			tree.fail(node, "%s: %s: set it, or write it into .env", name, why)
		end
		if v == nil and not self.said[name] then
			self.said[name] = true
			print(("%s: %s is not set: nothing stands in its place"):format(tree.where(node), name))
		end
		return v or "", secret
	end

	--- The text, and whether a part of it came from .env.
	function expand(text, node, depth)
		if not text:find("$", 1, true) then return text, false end
		if depth > DEPTH then tree.fail(node, "variables stand in one another more than %d times", DEPTH) end
		local out, hidden = {}, false
		split(text, node, function(piece) out[#out + 1] = piece end, function(name, operator, rest)
			local v, secret = one(name, operator, rest, node, depth)
			out[#out + 1] = v
			hidden = hidden or secret
		end)
		return table.concat(out), hidden
	end

	local made = {}

	--- The same values with their variables filled in. Each table once.
	function self.node(node)
		if not node then return nil end
		if made[node] then return made[node] end
		local new = tree.like(node, { plain = node.plain })
		made[node] = new
		if node.text then
			new.text, new.secret = expand(node.text, node, 0)
		elseif node.list then
			new.list = {}
			for i, item in ipairs(node.list) do new.list[i] = self.node(item) end
		elseif node.map then
			new.map = {}
			for i, e in ipairs(node.map) do
				new.map[i] = tree.like(e, { key = e.key, node = self.node(e.node) })
			end
		end
		return new
	end

	return self
end

return interpolate
