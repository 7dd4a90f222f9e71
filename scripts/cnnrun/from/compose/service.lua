-- SPDX-License-Identifier: MIT
--- One service as a list of calls.
local collect = require "cnnrun.from.collect"
local keys = require "cnnrun.from.compose.keys"
local model = require "cnnrun.from.compose.model"
local take = require "cnnrun.from.compose.take"
local tree = require "cnnrun.from.tree"

local Service = { add = collect.add, say = collect.say }
Service.__index = Service

local POLICIES = { always = "always", missing = "missing", if_not_present = "missing", never = "never",
	build = false }

--- Before all others: image and build ask for it.
local function policy(s, node)
	if not node then return end
	local v = POLICIES[tree.text(node, "pull_policy")]
	if v == nil then
		tree.fail(node, "pull_policy: what works is always, missing, never, build, not %s", tree.kind(node))
	end
	s.policy = v or nil
end

--- Who it runs as: without a word the image's own, with the groups that are asked for.
local function user(s)
	local node, more = tree.get(s.node, "user"), tree.get(s.node, "group_add")
	local opts = {}
	if not tree.is_null(more) then
		opts.groups = {}
		for i, one in ipairs(tree.items(more, "group_add", true)) do
			opts.groups[i] = tree.text(one, "group_add")
		end
	end
	local text = node and node.text and node.text ~= "" and node.text
	if not text then return s:add(more or s.node, "user", "image", opts) end
	local uid, gid = text:match "^(%d+):?(%d*)$"
	if text == "root" or text == "0" or text == "0:0" or text == "root:root" then
		return s:add(node, "user", "root", opts)
	elseif uid then
		return s:add(node, "user", gid ~= "" and text or uid .. ":0", opts)
	end
	local name, group = text:match "^([^:]+):?(.*)$"
	if group ~= "" and group ~= name then
		tree.fail(node, "user: %s: a user comes with its own groups: write %s, and %s under group_add",
			tree.show(text), name, group)
	end
	opts.name = name
	s:add(node, "user", "image", opts)
end

--- docker's own rights, unless all are taken away.
local function rights(s)
	local drop = tree.get(s.node, "cap_drop")
	for _, one in ipairs(tree.items(drop, "cap_drop", true)) do
		if one.text and one.text:upper() == "ALL" then
			s:add(one, "rights", "least")
			return s:add(one, "security", "no-new-privileges=false")
		end
	end
	s:add(s.node, "rights", "docker")
end

--- The calls of a service; main: it is the main container.
return function(context, name, entry, main)
	local s = setmetatable({ name = name, main = main, calls = {}, notes = context.notes },
		{ __index = function(_, key)
		if Service[key] ~= nil then return Service[key] end
		return context[key]
	end })
	s.node = context.values.node(context.merged[name])
	model.check_keys(s.node, keys.service, "service " .. name)
	s.has_build = not tree.is_null((tree.get(s.node, "build")))
	if not s.has_build and tree.is_null((tree.get(s.node, "image"))) then
		tree.fail(entry, "service %s has neither image nor build", name)
	end
	policy(s, (tree.get(s.node, "pull_policy")))
	user(s)
	rights(s)
	local init, at = tree.get(s.node, "init")
	s:add(at or s.node, "init", init and tree.bool(init, "init") or false)
	for _, e in ipairs(tree.entries(s.node)) do
		local row = keys.service[e.key]
		if row and row[1] == "refused" and not tree.is_null(e.node) then
			tree.fail(e, "%s: %s", e.key, row[2])
		elseif row and row[1] == "said" and not (e.key == "scale" and e.node.text == "1") then
			s:say(e, e.key, row[2])
		elseif row and row[1] == "taken" and not tree.is_null(e.node) then
			take[e.key](s, e.node, e.key)
		end
	end
	return s.calls, s.node
end
