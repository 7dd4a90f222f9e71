-- SPDX-License-Identifier: MIT
--- build of a service, as what c:build takes.
local keys = require "cnnrun.from.compose.keys"
local model = require "cnnrun.from.compose.model"
local tree = require "cnnrun.from.tree"

local function is_remote(path)
	return path:find "^%w+://" or path:find "^git@" or path:find "^github%.com/"
end

local function list(node, what)
	local out = {}
	for i, one in ipairs(tree.items(node, what, true)) do out[i] = tree.text(one, what) end
	return out
end

local take = {}

function take.dockerfile(s, b, node)
	local text = tree.text(node, "dockerfile")
	b.dockerfile = text:find "^/" and text or s.join(b.context, text)
end

--- NAME=value in a list, or a table.
local function named(s, node, what)
	local out = {}
	local function put(name, v, at)
		if v == nil then
			v = s.values.lookup(name)
			if v == nil then
				tree.fail(at, "%s: %s: write %s=${%s}, which is taken from the environment", what, name, name, name)
			end
		end
		out[name] = v
	end
	if node.map then
		for _, e in ipairs(tree.entries(node, what)) do
			put(e.key, not tree.is_null(e.node) and tree.value(e.node, e.key) or nil, e)
		end
		return out
	end
	for _, one in ipairs(tree.items(node, what)) do
		local name, v = tree.text(one, what):match "^([^=]+)=?(.*)$"
		put(name or "", one.text:find("=", 1, true) and v or nil, one)
	end
	return out
end

function take.args(s, b, node) b.args = named(s, node, "args") end
function take.labels(s, b, node) b.labels = named(s, node, "labels") end
function take.target(_, b, node) b.target = tree.text(node, "target") end
function take.network(_, b, node) b.network = tree.text(node, "network") end
function take.pull(_, b, node) b.pull = tree.bool(node, "pull") end
function take.no_cache(_, b, node) b.no_cache = tree.bool(node, "no_cache") end

local function cache(node, what)
	local out = list(node, what)
	for i, text in ipairs(out) do
		local ref = text:match "^type=registry,ref=([^,]+)" or text:match "^type=local,%l+=([^,]+)"
		if text == "type=inline" then ref = "inline" end
		if text:find "^type=" and not ref then
			tree.fail(node, "%s: %s is not known here; what works is an image", what, tree.show(text))
		end
		out[i] = ref or text
	end
	return out
end

function take.cache_from(_, b, node) b.cache_from = cache(node, "cache_from") end

function take.cache_to(_, b, node)
	local to = cache(node, "cache_to")
	if #to > 1 then tree.fail(node, "cache_to: one place is what works") end
	b.cache_to = to[1]
end

function take.platforms(_, b, node)
	local all = list(node, "platforms")
	if #all > 1 then tree.fail(node, "platforms: one is what a container runs") end
	b.platform = all[1]
end

function take.ssh(_, b, node)
	for _, one in ipairs(tree.items(node, "ssh", true)) do
		if one.text ~= "default" then tree.fail(one, "ssh: your own agent is what works: write default") end
	end
	b.ssh = true
end

function take.secrets(s, b, node)
	b.secrets = {}
	for _, one in ipairs(tree.items(node, "secrets", true)) do
		local name = tree.text(one.map and tree.get(one, "source") or one, "a secret")
		local target = one.map and tree.get(one, "target")
		local entry = s.model.secrets[name]
		if not entry then tree.fail(one, "there is no secret %s: write it under secrets", name) end
		local v = s.values.node(entry.node)
		local file, env = tree.get(v, "file"), tree.get(v, "environment")
		if not file and not env then tree.fail(entry, "secret %s: what works is file or environment", name) end
		b.secrets[target and target.text or name] = file and model.path(s.model, file, tree.text(file, "file"))
			or { env = tree.text(env, "environment") }
	end
end

function take.additional_contexts(s, b, node)
	b.contexts = named(s, node, "additional_contexts")
	for name, path in pairs(b.contexts) do
		if path:find "^service:" then
			tree.fail(node, "additional_contexts: %s: an image of another service is named by its image", path)
		elseif not is_remote(path) then
			b.contexts[name] = model.path(s.model, node, path)
		end
	end
end

return function(s, node)
	local image, context = tree.get(s.node, "image"), node.map and tree.get(node, "context") or node
	local b = { tag = image and tree.text(image, "image") or ("%s-%s:latest"):format(s.project, s.name),
		context = "." }
	local text = context.text or "."
	if is_remote(text) then tree.fail(context, "context: fetch it first: a directory is what works") end
	b.context = model.path(s.model, context, text)
	local platform = tree.get(s.node, "platform")
	b.platform = platform and tree.text(platform, "platform")
	if s.policy == "always" then b.pull = true end
	if not node.map then return b end
	model.check_keys(node, keys.build, "build")
	for _, e in ipairs(tree.entries(node)) do
		local row = keys.build[e.key]
		if row and row[1] == "refused" then tree.fail(e, "build: %s: %s", e.key, row[2]) end
		if row and row[1] == "said" then s:say(e, "build: " .. e.key, row[2]) end
		if row and row[1] == "taken" and take[e.key] and not tree.is_null(e.node) then take[e.key](s, b, e.node) end
	end
	return b
end
