-- SPDX-License-Identifier: MIT
--- What becomes of a service's keys: take.KEY(s, node, key) adds calls to it.
local build = require "cnnrun.from.compose.build"
local host = require "cnnrun.host"
local model = require "cnnrun.from.compose.model"
local ports = require "cnnrun.from.compose.ports"
local split_words = require "cnnrun.from.compose.words"
local tree = require "cnnrun.from.tree"
local volumes = require "cnnrun.from.compose.volumes"

local take = {}

--- NAME=value in a list, or a table: visit(name, value or nil, node).
local function named(node, what, signs, visit)
	if tree.is_null(node) then return end
	if node.map then
		for _, entry in ipairs(tree.entries(node, what)) do
			local v = entry.node
			if tree.is_null(v) then
				visit(entry.key, nil, entry)
			else
				visit(entry.key, tree.value(v, entry.key), v)
			end
		end
		return
	end
	for _, one in ipairs(tree.items(node, what)) do
		local text = tree.text(one, what)
		local name, value = text:match("^(.-)" .. signs .. "(.*)$")
		visit(name or text, value, one)
	end
end

local function words(node, what)
	if node.list then
		local list = {}
		for i, one in ipairs(node.list) do list[i] = tree.text(one, what) end
		return list
	end
	local list, why = split_words(tree.text(node, what))
	if not list then tree.fail(node, "%s: %s", what, why) end
	return list
end

function take.image(s, node)
	local policy = s.policy
	if not s.has_build then
		s:add(node, "image", tree.text(node, "image"), policy and { pull = policy } or {})
	end
end

function take.build(s, node) s:add(node, "build", build(s, node)) end

function take.command(s, node) s:add(node, "command", words(node, "command")) end

function take.entrypoint(s, node) s:add(node, "entrypoint", words(node, "entrypoint")) end

function take.environment(s, node)
	named(node, "environment", "=", function(name, value, at)
		if value == nil then
			local v, secret = s.values.lookup(name)
			if secret then return s:add(at, "env", name, v, { secret = true }) end
			return s:add(at, "env", name)
		end
		if at.secret then s:add(at, "env", name, value, { secret = true }) else s:add(at, "env", name, value) end
	end)
end

function take.env_file(s, node)
	for _, one in ipairs(tree.items(node, "env_file", true)) do
		local path, quotes = one, true
		if one.map then
			model.check_keys(one, { path = 1, required = 1, format = 1 }, "env_file")
			path = tree.get(one, "path") or one
			local required, format = tree.get(one, "required"), tree.get(one, "format")
			quotes = not (format and format.text == "raw")
			if required and not tree.bool(required, "required")
				and not s.exists(model.path(s.model, path, tree.text(path, "path"))) then goto next end
		end
		s:add(path, "env_file", model.path(s.model, path, tree.text(path, "env_file")), { quotes = quotes })
		::next::
	end
end

function take.labels(s, node)
	named(node, "labels", "=", function(name, value, at) s:add(at, "label", name, value or "") end)
end

function take.extra_hosts(s, node)
	named(node, "extra_hosts", "[=:]", function(name, value, at)
		s:add(at, "host", name, ((value or ""):gsub("^%[(.*)%]$", "%1")))
	end)
end

function take.sysctls(s, node)
	named(node, "sysctls", "=", function(name, value, at) s:add(at, "sysctl", name, value or "") end)
end

function take.cap_add(s, node)
	for _, one in ipairs(tree.items(node, "cap_add", true)) do
		s:add(one, "capability", tree.text(one, "cap_add"))
	end
end

function take.cap_drop(s, node)
	for _, one in ipairs(tree.items(node, "cap_drop", true)) do
		local name = tree.text(one, "cap_drop")
		if name:upper() ~= "ALL" then s:add(one, "drop", name) end
	end
end

function take.security_opt(s, node)
	for _, one in ipairs(tree.items(node, "security_opt", true)) do
		local key, v = tree.text(one, "security_opt"):match "^([%l-]+)[:=]?(.*)$"
		if not key then
			tree.fail(one, "security_opt: %s is no option, like no-new-privileges:true", tree.kind(one))
		end
		if key == "seccomp" and v:find "[/.]" then v = model.path(s.model, one, v) end
		if key == "no-new-privileges" and v == "" then v = "true" end
		s:add(one, "security", key .. "=" .. v)
	end
end

function take.dns(s, node)
	for _, one in ipairs(tree.items(node, "dns", true)) do s:add(one, "dns", tree.text(one, "dns")) end
end

function take.device_cgroup_rules(s, node)
	for _, one in ipairs(tree.items(node, "device_cgroup_rules", true)) do
		s:add(one, "device", { rule = tree.text(one, "device_cgroup_rules") })
	end
end

function take.ulimits(s, node)
	local function count(v, what)
		return v.text == "-1" and "unlimited" or tree.integer(v, what)
	end
	for _, entry in ipairs(tree.entries(node, "ulimits")) do
		local v = entry.node
		local soft, hard = tree.get(v, "soft"), tree.get(v, "hard")
		if v.map and not (soft and hard) then tree.fail(entry, "%s: soft and hard belong together", entry.key) end
		if v.map then
			s:add(entry, "ulimit", entry.key, count(soft, "soft"), count(hard, "hard"))
		else
			s:add(entry, "ulimit", entry.key, count(v, entry.key))
		end
	end
end

local function one_value(verb, read)
	return function(s, node, key) s:add(node, verb, read(node, key)) end
end

take.working_dir = one_value("workdir", tree.text)
take.hostname = one_value("hostname", tree.text)
take.read_only = one_value("readonly", tree.bool)
take.privileged = one_value("privileged", tree.bool)
take.cgroup_parent = one_value("cgroup_parent", tree.text)
take.shm_size = one_value("shm", tree.text)

function take.stop_signal(s, node) s:add(node, "stop", { signal = tree.text(node, "stop_signal") }) end

function take.stop_grace_period(s, node)
	s:add(node, "stop", { timeout = math.ceil(s.seconds(node, "stop_grace_period")) })
end

function take.container_name(s, node)
	if s.main then s:add(node, "name", tree.text(node, "container_name")) end
end

local function mode(verb, known)
	return function(s, node, key)
		local v = tree.text(node, key)
		if v:find "^service:" or v:find "^container:" then
			tree.fail(node, "%s: %s: what is another container's stays its own: leave it out", key, v)
		end
		if known and not known[v] then tree.fail(node, "%s: %s is not known here", key, tree.show(v)) end
		s:add(node, verb, v)
	end
end

take.ipc = mode "ipc"
take.pid = mode("pid", { host = true })
take.network_mode = mode("network", { host = true, none = true, bridge = true })

function take.networks(s, node)
	local function check(name, at, more)
		local entry = s.model.networks[name]
		if not entry and name ~= "default" then
			tree.fail(at, "there is no network %s: write it under networks, as in networks: { %s: }", name, name)
		end
		for _, e in ipairs(more and tree.entries(more, name) or {}) do
			if e.key == "aliases" then
				for _, alias in ipairs(tree.items(e.node, "aliases", true)) do
					if alias.text ~= s.name then
						s:say(alias, "networks: alias " .. tostring(alias.text),
							"a service is found by its own name, " .. s.name)
					end
				end
			elseif not e.key:find "^x%-" then
				s:say(e, "networks: " .. e.key, "the engine gives addresses in the launch's own network")
			end
		end
	end
	if node.map then
		for _, e in ipairs(tree.entries(node, "networks")) do
			check(e.key, e, not tree.is_null(e.node) and e.node or nil)
		end
	else
		for _, one in ipairs(tree.items(node, "networks", true)) do check(tree.text(one, "networks"), one) end
	end
end

function take.runtime(s, node)
	local v = tree.text(node, "runtime")
	if v == "nvidia" then
		if not s.has_gpus then s:add(node, "gpus", { runtime = true }) end
	elseif v ~= "runc" then
		tree.fail(node, "runtime: %s is not known here; what works is nvidia", tree.show(v))
	end
end

function take.platform(s, node)
	local v = tree.text(node, "platform")
	local arch = v:match "^linux/(%w+)" or v:match "^%w+$"
	if not s.has_build and arch ~= host.arch() then
		tree.fail(node, "platform: an image is this machine's, linux/%s: leave it out", host.arch())
	end
end

take.ports, take.devices, take.gpus, take.deploy = ports.ports, ports.devices, ports.gpus, ports.deploy
take.volumes, take.tmpfs = volumes.volumes, volumes.tmpfs
for _, key in ipairs { "secrets", "configs" } do
	take[key] = function(s, node) volumes.file(s, key, node) end
end
for _, key in ipairs { "cpus", "mem_limit", "memswap_limit", "pids_limit", "cpuset" } do
	take[key] = function(s, node) ports.limit(s, key, node) end
end

function take.cpu_quota(s, node)
	local period = tree.get(s.node, "cpu_period")
	s:add(node, "limit", { cpus = tree.number(node, "cpu_quota") / (period and tree.number(period,
		"cpu_period") or 100000) })
end

--- Taken with others, or of the whole file.
for _, key in ipairs { "depends_on", "links", "extends", "healthcheck", "init", "profiles", "pull_policy",
	"user",
	"group_add", "cpu_period" } do
	take[key] = function() end
end

return take
