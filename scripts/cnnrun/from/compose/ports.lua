-- SPDX-License-Identifier: MIT
--- ports, devices, GPUs and limits of a service.
local tree = require "cnnrun.from.tree"
local model = require "cnnrun.from.compose.model"

local ports = {}

local PORT = { target = 1, published = 1, protocol = 1, host_ip = 1, mode = 1, name = 1, app_protocol = 1 }

--- As c:port has it; for every address unless one is named, as compose means it.
local function short(node)
	local text = tree.text(node, "a port")
	local head, protocol = text:match "^([^/]+)(/?%a*)$"
	local address, rest = (head or ""):match "^(%[[%x:.]+%]):(.+)$"
	if not address then address, rest = (head or ""):match "^(%d+%.[%d.]+):(.+)$" end
	rest = rest or head or ""
	local host, inner = rest:match "^([%d-]*):([%d-]+)$"
	inner = inner or rest:match "^[%d-]+$"
	if not inner then
		tree.fail(node, "%s is no port; what works is 80, \"8080:80\" or \"127.0.0.1:8080:80/udp\"",
			tree.show(text))
	end
	address = address or "0.0.0.0"
	if host and host ~= "" then return address .. ":" .. host .. ":" .. inner .. protocol end
	if inner:find "-" then
		tree.fail(node, "%s: say which ports of this machine, as in \"%s:%s\"", tree.show(text), inner, inner)
	end
	return { host_ip = address:gsub("[%[%]]", ""), host = 0, container = math.tointeger(tonumber(inner)),
		protocol = protocol ~= "" and protocol:sub(2) or nil }
end

local function long(node)
	model.check_keys(node, PORT, "a port")
	local target, published = tree.get(node, "target"), tree.get(node, "published")
	local ip, protocol = tree.get(node, "host_ip"), tree.get(node, "protocol")
	local address = ip and tree.text(ip, "host_ip") or "0.0.0.0"
	if address:find ":" then address = "[" .. address .. "]" end
	local text = tree.text(target or node, "target") .. (protocol and "/" .. tree.text(protocol,
		"protocol") or "")
	if published then text = tree.text(published, "published") .. ":" .. text end
	return short(tree.like(node, { text = address .. ":" .. text }))
end

function ports.ports(s, node)
	for _, one in ipairs(tree.items(node, "ports", true)) do
		s:add(one, "port", one.map and long(one) or short(one))
	end
end

function ports.devices(s, node)
	for _, one in ipairs(tree.items(node, "devices", true)) do
		if one.map then
			local target, may = tree.get(one, "target"), tree.get(one, "permissions")
			local source = tree.text(tree.get(one, "source") or one, "source")
			s:add(one, "device", source, target and tree.text(target, "target") or source,
				may and { permissions = tree.text(may, "permissions") } or {})
		else
			local text = tree.text(one, "a device")
			local source, target, may = text:match "^(/[^:]*):?([^:]*):?(%a*)$"
			if not source then
				s:add(one, "device", text)
			else
				s:add(one, "device", source, target ~= "" and target or source, may ~= "" and { permissions = may } or {})
			end
		end
	end
end

local GPU = { driver = 1, count = 1, device_ids = 1, capabilities = 1, options = 1 }

local function texts(node, what)
	local list = {}
	for i, one in ipairs(tree.items(node, what, true)) do list[i] = tree.text(one, what) end
	return list
end

local function has(list, word)
	for _, one in ipairs(list) do
		if one == word then return true end
	end
	return false
end

--- One reservation of devices. implied: that GPUs are meant needs no word.
local function gpu(s, node, implied)
	model.check_keys(node, GPU, "a device")
	local driver = tree.get(node, "driver")
	local wanted, opts = texts(tree.get(node, "capabilities"), "capabilities"), {}
	local cdi = driver and driver.text == "cdi"
	if cdi then
		for _, id in ipairs(tree.items(tree.get(node, "device_ids"), "device_ids", true)) do
			s:add(id, "device", tree.text(id, "device_ids"))
		end
		return
	end
	if not implied and not has(wanted, "gpu") and not has(wanted, "nvidia") then
		tree.fail(node, "devices: what is reserved are GPUs: write capabilities: [gpu]")
	end
	if driver and driver.text ~= "nvidia" then opts.vendor = tree.text(driver, "driver") end
	local named = {}
	for _, word in ipairs(wanted) do
		if word ~= "gpu" and word ~= "nvidia" then named[#named + 1] = word end
	end
	if #named > 0 then opts.capabilities = named end
	local ids, count = tree.get(node, "device_ids"), tree.get(node, "count")
	local which = "all"
	if ids then
		which = texts(ids, "device_ids")
	elseif count and count.text ~= "all" and count.text ~= "-1" then
		which = nil
		opts.count = tree.integer(count, "count")
	end
	if which then s:add(node, "gpus", which, opts) else s:add(node, "gpus", opts) end
	s.has_gpus = true
end

function ports.gpus(s, node)
	if node.text then
		if node.text ~= "all" then tree.fail(node, "gpus must be all or a list, not %s", tree.kind(node)) end
		s.has_gpus = true
		return s:add(node, "gpus", "all")
	end
	for _, one in ipairs(tree.items(node, "gpus")) do gpu(s, one, true) end
end

--- Sizes as compose writes them.
local function size(node, what) return (tree.text(node, what):gsub("^(%d+)$", "%1b")) end

--- In the unit of c:limit.
local LIMITS = {
	cpus = { "cpus", tree.number }, mem_limit = { "memory", size }, memory = { "memory", size },
	memswap_limit = { "swap", function(node) return node.text == "-1" and "unlimited" or size(node) end },
	pids_limit = { "pids", tree.integer }, pids = { "pids", tree.integer }, cpuset = { "cpuset", tree.text },
}

function ports.limit(s, key, node)
	local row = LIMITS[key]
	local v = row[2](node, key)
	if (key == "pids_limit" or key == "pids") and v <= 0 or key == "cpus" and v == 0 then return end
	if key == "mem_limit" and v == "0b" then return end
	s:add(node, "limit", { [row[1]] = v })
end

local DEPLOY = {
	endpoint_mode = "is a swarm's", labels = "are a swarm's", mode = "is a swarm's", placement = "is a swarm's",
	replicas = "there is one of each service", restart_policy = "a launch ends when you end it",
	rollback_config = "is a swarm's", update_config = "is a swarm's", resources = true,
}

function ports.deploy(s, node)
	model.check_keys(node, DEPLOY, "deploy")
	for _, entry in ipairs(tree.entries(node, "deploy")) do
		if DEPLOY[entry.key] and DEPLOY[entry.key] ~= true and not (entry.key == "replicas"
			and entry.node.text == "1") then
			s:say(entry, "deploy: " .. entry.key, DEPLOY[entry.key])
		end
	end
	local resources = tree.get(node, "resources")
	model.check_keys(resources, { limits = 1, reservations = 1 }, "resources")
	local limits = tree.get(resources, "limits")
	model.check_keys(limits, { cpus = 1, memory = 1, pids = 1 }, "limits")
	for _, entry in ipairs(tree.entries(limits, "limits")) do ports.limit(s, entry.key, entry.node) end
	local reserved = tree.get(resources, "reservations")
	model.check_keys(reserved, { cpus = 1, memory = 1, devices = 1, generic_resources = 1 }, "reservations")
	for _, entry in ipairs(tree.entries(reserved, "reservations")) do
		if entry.key ~= "devices" then
			s:say(entry, "reservations: " .. entry.key, "is no limit")
		else
			for _, one in ipairs(tree.items(entry.node, "devices")) do gpu(s, one) end
		end
	end
end

return ports
