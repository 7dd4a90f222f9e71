-- SPDX-License-Identifier: MIT
--- Properties of a devcontainer.json that become a call or two.
local keys = require "cnnrun.from.devcontainer.keys"
local mounts = require "cnnrun.from.devcontainer.mounts"
local tree = require "cnnrun.from.tree"
local check_hint = require "cnnrun.check".hint

local take = {}

take.mounts = mounts.list

function take.containerEnv(d, node)
	for _, e in ipairs(tree.entries(node, "containerEnv")) do
		if not e.key:find "^[%a_][%w_]*$" then
			tree.fail(e, "containerEnv: %s names no variable", tree.show(e.key))
		end
		if tree.is_null(e.node) then
			tree.fail(e, "containerEnv: %s has no value: write \"\", or leave it out", e.key)
		end
		local text, secret = d.values.expand(e.node, e.key)
		d:add(e, "env", e.key, text, secret and { secret = true } or nil)
	end
end

--- A port of the container, on this machine alone.
local function port(d, node, what)
	local text = d.values.text(node, what)
	if node.plain or text:find "^%d+$" then
		local n = math.tointeger(tonumber(text))
		if not n then tree.fail(node, "%s: %s is no port", what, tree.show(text)) end
		return d:add(node, "port", n)
	end
	return text
end

function take.forwardPorts(d, node)
	for _, one in ipairs(tree.items(node, "forwardPorts")) do
		local text = port(d, one, "forwardPorts")
		local name, n = (text or ""):match "^([^:]+):(%d+)$"
		if name == "localhost" or name == "127.0.0.1" then
			d:add(one, "port", math.tointeger(tonumber(n)))
		elseif name then
			d:say(one, "forwardPorts: " .. text,
				("in the box it is %s; for this machine write ports of the service"):format(text))
		elseif text then
			tree.fail(one, "forwardPorts: %s is no port; what works is 8080", tree.show(text))
		end
	end
end

function take.appPort(d, node)
	for _, one in ipairs(tree.items(node, "appPort", true)) do
		local text = port(d, one, "appPort")
		if text then d:add(one, "port", text) end
	end
end

function take.capAdd(d, node)
	for _, one in ipairs(tree.items(node, "capAdd", true)) do
		d:add(one, "capability", (d.values.text(one, "capAdd"):upper():gsub("^CAP_", "")))
	end
end

function take.securityOpt(d, node)
	for _, one in ipairs(tree.items(node, "securityOpt", true)) do
		local text = d.values.text(one, "securityOpt")
		local key, v = text:match "^([%l-]+)[:=]?(.*)$"
		if not key then tree.fail(one, "securityOpt: %s is no option, like seccomp=unconfined", tree.show(text)) end
		if key == "seccomp" and v ~= "unconfined" then v = mounts.path(d, v) end
		if key == "no-new-privileges" and v == "" then v = "true" end
		d:add(one, "security", key .. "=" .. v)
	end
end

function take.init(d, node) d:add(node, "init", tree.bool(node, "init")) end

function take.privileged(d, node)
	if tree.bool(node, "privileged") then d:add(node, "privileged") end
end

function take.secrets(d, node)
	for _, e in ipairs(tree.entries(node, "secrets")) do d:add(e, "env", e.key) end
end

function take.shutdownAction(d, node)
	local v = tree.text(node, "shutdownAction")
	if v == "stopContainer" or v == "stopCompose" then
		d:say(node, "shutdownAction",
			"a box runs until it is stopped; cnnrun ps names it, cnnrun stop NAME stops it")
	elseif v ~= "none" then
		tree.fail(node, "shutdownAction: what works is none, stopContainer, stopCompose, not %s", tree.show(v))
	end
end

function take.hostRequirements(d, node)
	for _, e in ipairs(tree.entries(node, "hostRequirements")) do
		if not keys.host[e.key] then
			tree.fail(e, "hostRequirements has no %s%s", tree.show(e.key), check_hint(e.key, keys.host))
		elseif e.key == "gpu" then
			local optional = e.node.text == "optional"
			if e.node.map or optional or tree.bool(e.node, "gpu") then
				d:add(e, "gpus", "all", optional and { optional = true } or nil)
			end
		else
			d:say(e, "hostRequirements: " .. e.key,
				"what this machine has is not looked at; a most is c:limit, or runArgs --"
				.. (e.key == "storage" and "tmpfs" or e.key))
		end
	end
end

function take.features(_, node)
	local list = tree.entries(node, "features")
	if #list == 0 then return end
	local first = list[1]
	local name = first.key:gsub("[:@][^/]*$", ""):match "([^/]*)$"
	local instead = keys.instead[name]
	if not instead then
		local run = keys.features[name]
		instead = ("write in the Dockerfile: RUN %s"):format(run or "with what its install.sh does")
	end
	tree.fail(first, "features: %s is not taken: %s", tree.show(first.key), instead)
end

--- Words of docker run, which come to calls of their own; what they say of user and GPUs is told.
function take.runArgs(d, node)
	local words = d.values.list(node, "runArgs")
	local about = { image = false, cwd = d.project, home = d.home, scope = { met = {} } }
	local ok, line = pcall(require "cnnrun.from.docker_run".read, words, about)
	if not ok then tree.fail(node, "runArgs: %s", tostring(line)) end
	d.groups = line.groups
	local defaults = {}
	local list = line:calls()
	for _, o in ipairs(line.options or {}) do defaults[o.name] = o.default end
	local facts = { ["@user.home"] = d.home, ["@project.dir"] = d.project }
	if d.written then -- by their names
		for name in pairs(facts) do facts[name] = "\1" .. name .. "\2" end
	end
	local function plain(v)
		if type(v) == "string" then
			return (v:gsub("\1([^\2]*)\2", function(name) return facts[name] or defaults[name] or "" end))
		elseif type(v) ~= "table" then
			return v
		end
		local copy = {}
		for key, item in pairs(v) do copy[key] = plain(item) end
		return copy
	end
	for _, call in ipairs(list) do
		local verb = call[1]
		if not verb then
			d:say(node, "runArgs", call.comment)
		elseif verb == "user" then
			if line.user then d.run_user = line.user end
		elseif verb ~= "rights" and verb ~= "detach" and verb ~= "keep" then
			d:add(node, verb, table.unpack(plain({ table.unpack(call, 2) })))
		end
	end
	d.drops_all = line.drops_all
end

return take
