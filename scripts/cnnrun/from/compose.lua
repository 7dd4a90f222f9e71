-- SPDX-License-Identifier: MIT
--- A compose file as a profile: one service is the main container, and those it depends on are
--- beside it. docs/compose.md says what becomes of each key.
local check = require "cnnrun.check"
local convert = require "cnnrun.from.compose.service"
local from = require "cnnrun.from.init"
local health = require "cnnrun.from.compose.health"
local interpolate = require "cnnrun.from.compose.interpolate"
local model = require "cnnrun.from.compose.model"
local project = require "cnnrun.project"
local tree = require "cnnrun.from.tree"

local function names(list)
	local out = {}
	for i, entry in ipairs(list) do out[i] = entry.key end
	return table.concat(out, ", ")
end

local BESIDE = 32

local function fail(text, ...) error(text:format(...), 0) end

--- Is the service one of the profiles that are asked for?
local function is_active(node, asked)
	local of = tree.items(tree.get(node, "profiles"), "profiles", true)
	for _, one in ipairs(of) do
		if asked[one.text] or asked["*"] then return true end
	end
	return #of == 0
end

--- The one that is asked for, the only one, or the only one that no other depends on.
local function main_of(m, merged, asked, service, file)
	if service then
		if not m.services[service] then
			fail("there is no service %s%s; there are: %s", tree.show(service), check.hint(service, merged),
				names(m.services))
		end
		return m.services[service]
	end
	local active, needed = {}, {}
	for _, entry in ipairs(m.services) do
		if is_active(merged[entry.key], asked) then table.insert(active, entry) end
	end
	for _, entry in ipairs(active) do
		for name in pairs(health.needs(m, entry.key, merged[entry.key])) do needed[name] = true end
	end
	local first = {}
	for _, entry in ipairs(active) do
		if not needed[entry.key] then table.insert(first, entry) end
	end
	if #first == 1 then return first[1] end
	if #active == 0 then fail("there are no services%s", #m.services > 0 and " without profiles: name one of "
		.. names(m.services) or "") end
	fail("which service? %s", "cnnrun " .. file .. " " .. names(#first > 0 and first or active):gsub(", ",
		" | "))
end

local function project_name(m, lookup, root, dir)
	local node = tree.get(root, "name")
	local text = node and m.values.node(node).text or lookup "COMPOSE_PROJECT_NAME"
	if not text or text == "" then text = (dir ~= "" and dir or project.dir()):match "[^/]*$" end
	text = text:lower():gsub("[^%w_-]", ""):gsub("^[_-]+", "")
	return text ~= "" and text or "project"
end

--- What is beside the main container: names in the order in which they are found.
local function beside(m, merged, main)
	local order, seen, queue = {}, { [main] = true }, { main }
	while #queue > 0 do
		local name = table.remove(queue, 1)
		for _, one in ipairs(health.list(m, name, merged[name])) do
			if not seen[one.name] then
				seen[one.name] = true
				table.insert(order, one.name)
				if #order > BESIDE then tree.fail(one.node, "more than %d services beside one", BESIDE) end
				table.insert(queue, one.name)
			end
		end
	end
	return order
end

local function made(m, root, about, option_names, opt)
	local env_path = from.join(about.dir, ".env")
	local env = project.exists(env_path) and from.read(env_path) or nil
	m.values = interpolate.new(opt, option_names, env, env_path)
	local asked, merged = {}, {}
	local words = opt.profiles or m.values.lookup "COMPOSE_PROFILES" or ""
	for word in words:gmatch "[^,%s]+" do asked[word] = true end
	for _, entry in ipairs(m.services) do merged[entry.key] = model.service(m, entry) end
	local main = main_of(m, merged, asked, opt.service, about.file)
	local context = { model = m, values = m.values, merged = merged, notes = {}, seconds = health.seconds,
		project = project_name(m, m.values.lookup, root, about.dir), exists = project.exists, join = from.join }
	local calls = convert(context, main.key, main, true)
	local order = beside(m, merged, main.key)
	local waited = health.waited(m, merged, main.key, order)
	for _, name in ipairs(order) do
		local entry = m.services[name]
		local list, node = convert(context, name, entry, false)
		health.ready(list, node, waited[name])
		health.after(list, m, name, merged[name], main.key)
		table.insert(calls, { "service", name, calls = list, at = tree.where(entry) })
	end
	for _, line in ipairs(context.notes) do print(line) end
	return calls
end

return function(root, about)
	local m = model.new(root, about.file, about.dir)
	local options, option_names, fallbacks = interpolate.options(m.roots)
	table.insert(options, { name = "service", type = "string",
		about = "the one that is the main container: " .. names(m.services):sub(1, 200) })
	table.insert(options, { name = "profiles", env = "COMPOSE_PROFILES", type = "string",
		about = "services of these profiles too: a,b" })
	return { about = ("Services of %s: %s"):format(about.file, names(m.services):sub(1, 300)),
		argument = "service", fallbacks = fallbacks,
		options = options, calls = function(opt) return made(m, root, about, option_names, opt) end }
end
