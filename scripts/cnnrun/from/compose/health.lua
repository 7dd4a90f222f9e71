-- SPDX-License-Identifier: MIT
--- Who depends on whom, and when a service can be used.
local tree = require "cnnrun.from.tree"
local model = require "cnnrun.from.compose.model"

local health = {}

local UNITS = { us = 1e-6, ms = 1e-3, s = 1, m = 60, h = 3600 }

--- "1m30s" in seconds; a number alone is seconds.
function health.seconds(node, what)
	local text = tree.text(node, what)
	if tonumber(text) then return tonumber(text) end
	local all, rest = 0, text
	while rest ~= "" do
		local n, unit, more = rest:match "^(%d+%.?%d*)([umsh]s?)(.*)$"
		if not n or not UNITS[unit] then
			tree.fail(node, "%s must be a time as 30s or 1m30s, not %s", what, tree.show(text))
		end
		all = all + tonumber(n) * UNITS[unit]
		rest = more
	end
	return all
end

local CONDITIONS = { service_started = "started", service_healthy = "healthy",
	service_completed_successfully = "done" }
local KEYS = { condition = 1, required = 1, restart = 1 }

--- { { name, condition, node } … } of a service.
function health.list(m, name, node)
	local out = {}
	local function add(other, condition, at)
		if other == name then tree.fail(at, "service %s depends on itself", name) end
		if not m.services[other] then
			tree.fail(at, "service %s depends on %s, and there is no such service", name, tree.show(other))
		end
		table.insert(out, { name = other, condition = condition, node = at })
	end
	local on = tree.get(node, "depends_on")
	if not tree.is_null(on) and on.map then
		for _, e in ipairs(tree.entries(on, "depends_on")) do
			local how = "started"
			if not tree.is_null(e.node) then
				model.check_keys(e.node, KEYS, "depends_on")
				local c, required = tree.get(e.node, "condition"), tree.get(e.node, "required")
				how = c and CONDITIONS[tree.text(c, "condition")] or not c and "started"
				if not how then
					tree.fail(c, "condition: what works is service_started, service_healthy, service_completed_successfully")
				end
				if required and not tree.bool(required, "required") and not m.services[e.key] then goto next end
			end
			add(e.key, how, e)
			::next::
		end
	else
		for _, one in ipairs(tree.items(on, "depends_on", true)) do
			add(tree.text(one, "depends_on"), "started", one)
		end
	end
	for _, one in ipairs(tree.items(tree.get(node, "links"), "links", true)) do
		local other, alias = tree.text(one, "links"):match "^([^:]+):?(.*)$"
		if alias ~= "" and alias ~= other then
			tree.fail(one, "links: a service is found by its own name: write %s in place of %s", tostring(other),
				alias)
		end
		add(other or "", "started", one)
	end
	return out
end

--- The names alone, as keys.
function health.needs(m, name, node)
	local out = {}
	for _, one in ipairs(health.list(m, name, node)) do out[one.name] = true end
	return out
end

local STRONGER = { started = 1, healthy = 2, done = 3 }

--- The strongest condition that one of these waits for, by name.
function health.waited(m, merged, main, order)
	local out = {}
	local function note(name)
		for _, one in ipairs(health.list(m, name, merged[name])) do
			local was = out[one.name]
			if not was or STRONGER[one.condition] > STRONGER[was] then out[one.name] = one.condition end
		end
	end
	note(main)
	for _, name in ipairs(order) do note(name) end
	return out
end

function health.after(calls, m, name, node, main)
	for _, one in ipairs(health.list(m, name, node)) do
		if one.name == main then
			tree.fail(one.node, "service %s depends on %s, which depends on it", name, main)
		end
		table.insert(calls, { "after", one.name, at = tree.where(one.node) })
	end
end

local CHECK = { test = 1, interval = 1, timeout = 1, retries = 1, start_period = 1, start_interval = 1,
	disable = 1 }
local LONGEST = 86400

local function test_of(node)
	if node.text then return { "sh", "-c", node.text } end
	local list = {}
	for i, one in ipairs(tree.items(node, "test")) do list[i] = tree.text(one, "test") end
	local kind = table.remove(list, 1)
	if kind == "NONE" then return nil end
	if kind == "CMD-SHELL" and #list == 1 then return { "sh", "-c", list[1] } end
	if kind ~= "CMD" or #list == 0 then
		tree.fail(node, "test: what works is a text, [CMD, …], [CMD-SHELL, text] or [NONE]")
	end
	return list
end

--- When others may use it: its own health check, as often and as long as that says.
function health.ready(calls, node, condition)
	local check, at = tree.get(node, "healthcheck")
	if condition == "done" then
		table.insert(calls, { "ready", { done = true, timeout = LONGEST }, at = tree.where(node) })
		return
	end
	if tree.is_null(check) then return end
	model.check_keys(check, CHECK, "healthcheck")
	local off, test = tree.get(check, "disable"), tree.get(check, "test")
	local command = not (off and tree.bool(off, "disable")) and test and test_of(test) or nil
	if condition ~= "healthy" or not command then return end
	local function time(key, default)
		local v = tree.get(check, key)
		return v and health.seconds(v, key) or default
	end
	local retries = tree.get(check, "retries")
	local interval = time("interval", 30)
	local patience = time("start_period", 0) + (interval + time("timeout",
		30)) * (retries and tree.integer(retries, "retries") or 3)
	table.insert(calls, { "ready", { command = command, interval = math.max(0.1,
		math.min(time("start_interval", interval), interval, 5)),
		timeout = math.min(LONGEST, math.max(patience, 30)) }, at = tree.where(at) })
end

return health
