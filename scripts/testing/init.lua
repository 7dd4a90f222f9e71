-- SPDX-License-Identifier: MIT
--- local t = require "cnnrun.testing", in a spec that `cnnrun test` runs: plans of profiles on
--- machines that are not there. No engine is asked and nothing is started. See docs/testing.md.
local config = require "cnnrun.testing.config"
local diff = require "cnnrun.testing.diff"
local evaluate = require "cnnrun.testing.evaluate"
local host = require "cnnrun.testing.host"
local json = require "cnnrun.testing.json"
local runs = require "cnnrun.testing.runs"

local testing = {}

local function quoted(word) return "'" .. word:gsub("'", "'\\''") .. "'" end

--- Asks the program itself: values are its to check, and to write down.
local function ask(request)
	local path = os.tmpname()
	local f = assert(io.open(path, "w"))
	f:write(json.encode(request))
	f:close()
	f = assert(io.popen(("%s test --check %s 2>&1"):format(quoted(config.program), quoted(path))))
	local text = f:read "a"
	local ok = f:close()
	os.remove(path)
	if ok then return text end
	return nil, (text:gsub("^cnnrun: error: ", ""):gsub("\n$", ""))
end

local readable = {}
local function may_read(name)
	if readable[name] == nil then readable[name] = { ask { variable = name } } end
	return table.unpack(readable[name], 1, 2)
end

local Host = {}

--- A machine, by what is different about it: gpus, user, env, display, engine, arch, name, project,
--- files, runs, changes. files are all that the project holds; without, its real ones are read.
function testing.host(facts)
	return setmetatable(host.new(facts), Host)
end

--- What is answered to what a script runs, one after the other: { code =, stdout =, … }, or
--- { error = "why" } where it could not be started.
function testing.runs(list)
	local n = 0
	return function()
		n = n + 1
		return list[n] or error(("the script asks for run %d, and t.runs has %d"):format(n, #list), 0)
	end
end

--- What is known of a plan besides itself.
local known_of = setmetatable({}, { __mode = "k" })
local Plan, methods = {}, {}

--- plan.main is the main container, plan.printed and plan.runs what the profile said and ran,
--- plan.profile its description, plan.at the lines that asked.
function Plan:__index(key)
	if key == "main" then return rawget(self, "containers").main end
	if methods[key] then return methods[key] end
	return known_of[self][key]
end

--- plan:event("exit", { code = 1 }) tells the profile's handlers.
function methods:event(name, data)
	local known = known_of[self]
	if known.on[name] then known.dialogue { event = name, data = data } end
	return self
end

--- The command line's part: what was given, and variables that options are taken from.
local function values(declared, options, h)
	local given = {}
	for key, value in pairs(options or {}) do given[key] = value end
	for key, o in pairs(declared or {}) do
		local value = given[key] == nil and o.env and h.env[o.env]
		if value and value ~= "" then given[key] = value end
	end
	return given
end

local function checked(made, args)
	if args and #args > 0 then made.containers.main.command = args end
	local text, problem = ask { plan = made }
	if not text then error(problem, 0) end
	return json.decode(text), text
end

--- The plan of a profile, as `cnnrun plan --json` has it: by its file, or its name where it came
--- with cnnrun. options as on the command line, { args = {…} } is what follows "--".
function testing.plan(profile, options, h)
	if getmetatable(h) ~= Host then h = testing.host(h) end
	local known = { printed = {}, runs = {}, on = {} }
	local answers = host.answers(h, may_read)
	local steering = runs(h.runs, h.changes, known.runs, function(plan) return ask { plan = plan } end)
	for op, answer in pairs(steering) do answers[op] = answer end
	local dialogue, shown = evaluate(profile, answers, function(...)
		local words = table.pack(...)
		for i = 1, words.n do words[i] = tostring(words[i]) end
		known.printed[#known.printed + 1] = table.concat(words, "\t")
	end)
	local _, about = dialogue()
	local given = values(about.options, options, h)
	local op, said = dialogue(given)
	if op == "fail" then error(("%s: %s"):format(shown, said.message), 0) end
	known.dialogue, known.profile, known.at = dialogue, about, said.plan.containers.main.at
	known.shown, known.options = shown, options or {}
	for _, event in ipairs(said.on) do known.on[event] = true end
	local plan = said.plan
	if about.action ~= "none" then plan, known.text = checked(said.plan, given.args) end
	known_of[plan] = known
	return setmetatable(plan, Plan)
end

--- Why a profile makes no plan: the message.
function testing.refused(profile, options, h)
	local ok, problem = pcall(testing.plan, profile, options, h)
	if ok then require "busted".fail(profile .. " makes a plan", 2) end
	return problem
end

local function read(path)
	local f = io.open(path)
	local text = f and f:read "a"
	if f then f:close() end
	return text
end

local function write(path, text)
	assert(os.execute("mkdir -p " .. quoted(path:match "^(.*)/")))
	local f = assert(io.open(path, "w"))
	f:write(text)
	f:close()
end

--- "web-port=8080": the profile, and the options it was given.
local function name_of(known)
	local parts = {}
	for key, value in pairs(known.options) do
		if type(value) ~= "table" then parts[#parts + 1] = ("%s=%s"):format(key, tostring(value)) end
	end
	table.sort(parts)
	table.insert(parts, 1, known.shown:match "([^/]+)%.lua$" or known.shown)
	return (table.concat(parts, "-"):gsub("[^%w_.=,-]+", "_"))
end

--- Is the plan the one that golden/NAME.json beside the spec holds? `cnnrun test --update` writes
--- it. The name is that of the profile with its options unless it is given.
function testing.golden(plan, name)
	local known = known_of[plan]
	if not known or not known.text then error("t.golden takes a plan that t.plan returned", 2) end
	local spec = debug.getinfo(2, "S").source:match "^@(.*)$"
	local path = ("%sgolden/%s.json"):format(spec:match "^.*/" or "", name or name_of(known))
	if config.update then
		if read(path) ~= known.text then write(path, known.text) end
		return
	end
	local was = read(path)
	local fail = require "busted".fail
	if not was then fail(("there is no %s; cnnrun test --update writes it"):format(path), 2) end
	local differs = diff(was, known.text)
	if differs then
		fail(("the plan is not that of %s (- there, + now); cnnrun test --update takes it over:\n%s")
			:format(path, differs), 2)
	end
end

return testing
