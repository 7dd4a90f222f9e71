-- SPDX-License-Identifier: MIT
--- What a devcontainer is made of: an image, a Dockerfile, a service of a compose file.
local from = require "cnnrun.from.init"
local keys = require "cnnrun.from.devcontainer.keys"
local tree = require "cnnrun.from.tree"
local check_hint = require "cnnrun.check".hint

local image = {}

local function into(key)
	return function(b, v, fail)
		local name, value = v:match "^([^=]+)=(.*)$"
		if not name then fail "is NAME=VALUE" end
		b[key] = b[key] or {}
		b[key][name] = value
	end
end
local function text(key) return function(b, v) b[key] = v end end

--- Options of docker build. Those of SWITCHES take no value.
local OPTIONS = {
	["build-arg"] = into "args", label = into "labels", ["build-context"] = into "contexts",
	target = text "target", network = text "network", platform = text "platform", file = text "dockerfile",
	["cache-from"] = function(b, v)
		b.cache_from = b.cache_from or {}
		table.insert(b.cache_from, v:match "type=registry,ref=([^,]+)" or v)
	end,
	ssh = function(b, v, fail)
		if v ~= "default" then fail "what works is default, your own agent" end
		b.ssh = true
	end,
	progress = function() end,
}
local SWITCHES = {
	["no-cache"] = function(b) b.no_cache = true end,
	pull = function(b) b.pull = true end,
	quiet = function() end, load = function() end,
}

local function options(d, b, node)
	local list = tree.items(node, "options")
	local i = 1
	while list[i] do
		local item = list[i]
		local word = d.values.text(item, "options")
		local name, value = word:match "^%-%-([%w-]+)=?(.*)$"
		local function fail(why) tree.fail(item, "options: %s: %s", tree.show(word), why) end
		if SWITCHES[name] then
			SWITCHES[name](b)
		elseif OPTIONS[name] then
			if not word:find("=", 1, true) then
				i = i + 1
				if not list[i] then fail "needs a value" end
				value = d.values.text(list[i], "options")
			end
			OPTIONS[name](b, value, fail)
		else
			fail("is not taken of docker build" .. (name and check_hint(name, OPTIONS) or ""))
		end
		i = i + 1
	end
end

local function build(d, node, at)
	local b = { tag = d.name .. "-devcontainer:latest" }
	local file = node and tree.get(node, "dockerfile") or tree.get(d.root, "dockerFile")
	if not file then
		tree.fail(at, "build: dockerfile is missing, as in \"build\": { \"dockerfile\": \"Dockerfile\" }")
	end
	for _, e in ipairs(node and tree.entries(node, "build") or {}) do
		if not keys.build[e.key] then
			tree.fail(e, "build has no %s%s", tree.show(e.key), check_hint(e.key, keys.build))
		end
	end
	local context = node and tree.get(node, "context") or tree.get(d.root, "context")
	b.dockerfile = d:path(file, "dockerfile")
	b.context = context and d:path(context, "context") or from.join(d.dir, ".")
	local target, args, cache = tree.get(node, "target"), tree.get(node, "args"), tree.get(node, "cacheFrom")
	if target then b.target = d.values.text(target, "target") end
	if not tree.is_null(args) then
		b.args = {}
		for _, e in ipairs(tree.entries(args, "args")) do b.args[e.key] = d.values.text(e.node, e.key) end
	end
	if not tree.is_null(cache) then b.cache_from = d.values.list(cache, "cacheFrom") end
	local more = tree.get(node, "options")
	if not tree.is_null(more) then options(d, b, more) end
	d:add(at, "build", b)
end

function image.of(d)
	local named, b = tree.get(d.root, "image"), tree.get(d.root, "build")
	local old = tree.get(d.root, "dockerFile")
	if not tree.is_null(b) or not tree.is_null(old) then
		return build(d, not tree.is_null(b) and b or nil, b or old)
	end
	if tree.is_null(named) then
		tree.fail(d.root, "it has neither image nor build nor dockerComposeFile, as in \"image\": \"debian:12\"")
	end
	d:add(named, "image", d.values.text(named, "image"))
end

--- In a box these are not what it stays for.
local BOX = { command = 1, entrypoint = 1, restart = 1, name = 1, keep = 1, detach = 1, tty = 1 }

local function entry(line_of, key, node)
	return tree.like(line_of, { key = key, node = tree.like(line_of, node) })
end

--- What of the services is beside the box though the file does not say that it needs it.
local function beside(root, main, wanted, all)
	local services = tree.get(root, "services")
	local function needs(name, seen)
		if name == main then return true end
		if seen[name] then return false end
		seen[name] = true
		local on = tree.get(tree.get(services, name), "depends_on")
		if tree.is_null(on) then return false end
		for _, e in ipairs(on.map or on.list or {}) do
			if needs(e.key or e.text, seen) then return true end
		end
		return false
	end
	local list = {}
	for _, e in ipairs(services and services.map or {}) do
		local in_profile = not tree.is_null((tree.get(e.node, "profiles")))
		if e.key ~= main and (wanted[e.key] or all and not in_profile) and not needs(e.key, {}) then
			list[#list + 1] = e
		end
	end
	return list
end

--- The service with a dependency on each of these, in a table, as it is on others.
local function depending(service, list)
	local map, on, seen = {}, { map = {} }, {}
	for _, e in ipairs(service.map) do
		if e.key ~= "depends_on" then
			map[#map + 1] = e
		else
			for _, old in ipairs(e.node.map or e.node.list or {}) do
				seen[old.key or old.text or ""] = true
				on.map[#on.map + 1] = old.key and old or entry(old, old.text, {})
			end
		end
	end
	for _, e in ipairs(list) do
		if not seen[e.key] then on.map[#on.map + 1] = entry(e, e.key, {}) end
	end
	if #on.map > 0 then map[#map + 1] = entry(service, "depends_on", on) end
	return tree.like(service, { map = map })
end

--- The compose file, read once for its options; returns calls(opt), and these.
function image.composed(d, node)
	local files = tree.items(node, "dockerComposeFile", true)
	if #files ~= 1 then
		tree.fail(node, "dockerComposeFile: one file is what works; of several docker compose makes one: "
			.. "docker compose -f A -f B config >compose.yaml")
	end
	local raw = tree.text(files[1], "dockerComposeFile")
	if raw:find("${", 1, true) then
		tree.fail(files[1], "dockerComposeFile: a file is named as it is: no variables here")
	end
	local path = from.join(d.dir, raw)
	local content, why = from.read(path)
	if not content then tree.fail(files[1], "%s", why) end
	local root = from.parse(content, path)
	local service = tree.get(d.root, "service")
	if not service then tree.fail(node, "service is missing: the one of %s that is the box", path) end
	local name = tree.text(service, "service")
	local main = tree.get(tree.get(root, "services"), name)
	if not main or not main.map then
		tree.fail(service, "there is no service %s in %s", tree.show(name), path)
	end
	local run, wanted = tree.get(d.root, "runServices"), {}
	for _, one in ipairs(tree.items(run, "runServices")) do wanted[tree.text(one, "runServices")] = true end
	for one in pairs(wanted) do
		if not tree.get(tree.get(root, "services"), one) then
			tree.fail(run, "runServices: there is no service %s in %s", tree.show(one), path)
		end
	end
	local _, at = tree.get(tree.get(root, "services"), name)
	at.node = depending(main, beside(root, name, wanted, not run))
	if not tree.get(root, "name") then
		root = tree.like(root, { map = table.move(root.map, 1, #root.map, 2,
			{ entry(root, "name", { text = d.name .. "_devcontainer" }) }) })
	end
	local made = require "cnnrun.from.compose"(root, { file = path, dir = path:match "^(.*)/[^/]*$" or "" })
	local all = {}
	for _, o in ipairs(made.options) do
		if o.name ~= "service" then all[#all + 1] = o end
	end
	return all, function(opt)
		local calls = made.calls(setmetatable({ service = name }, { __index = opt }))
		for _, call in ipairs(calls) do
			if not BOX[call[1]] then table.insert(d.calls, call) end
		end
	end
end

return image
