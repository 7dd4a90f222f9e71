-- SPDX-License-Identifier: MIT
--- What a script starts on a machine that is not there: nothing runs, the answers are the test's,
--- and time passes as they say.
local json = require "cnnrun.testing.json"

local NUL = { ["\0"] = "\xff0", ["\xff"] = "\xff1" } -- as the door has bytes that JSON has not

--- The answer to the nth thing that is started; nil: nobody said one.
local function answer_of(given, n, one)
	if type(given) == "function" then return given(one) end
	if not given then return nil end
	return given[n] or error(("the script asks for run %d, and the test has %d"):format(n, #given), 0)
end

--- Which of these have ended: all, or those that end first; a running one does not by itself.
local function ended(all, ids, any)
	local first
	for _, id in ipairs(ids) do
		local r = all[id]
		if not r.running and (not first or r.seconds < first) then first = r.seconds end
	end
	local list = {}
	for _, id in ipairs(ids) do
		if not all[id].running and (not any or all[id].seconds == first) then list[#list + 1] = id end
	end
	return list, first or 0
end

local function outcome(r)
	if r.error then return { err = r.error, code = r.errno or 5 } end
	return { code = r.code, oom = r.oom or false, timed_out = r.timed_out or false, seconds = r.seconds,
		digest = r.digest }
end

local function lines(r)
	local list = setmetatable({}, { __jsontype = "array" })
	for stream, text in ipairs { r.stdout, r.stderr } do
		for line in (text or ""):gmatch "[^\n]+" do list[#list + 1] = { stream, (line:gsub("[\0\xff]", NUL)) } end
	end
	return list
end

--- given: answers, one after the other, or a function of what is run. runs takes what was asked for.
--- as_planned(plan) is the program's own form of a plan, or nil and why not. changes: what
--- cnn.watch tells, a list of lists.
return function(given, changes, runs, as_planned)
	local all, clock, told = {}, 1.7e9, 0
	local answers = {}

	local function begin(op)
		return function(args)
			local one = { op = op, command = args.command, container = args.container, input = args.input,
				capture = args.capture }
			if args.plan then
				local text, problem = as_planned(args.plan)
				if not text then return nil, problem, 22 end
				one.plan = json.decode(text)
				one.main = one.plan.containers.main
			end
			runs[#runs + 1] = one
			local r = { code = 0, seconds = 0 }
			local answer = answer_of(given, #runs, one)
			for key, value in pairs(answer or {}) do r[key] = value end
			if r.error and op == "exec" then return nil, r.error, r.errno or 5 end
			all[#all + 1] = r
			return { handle = #all, name = ("cnnrun-test-%06x"):format(#all) }
		end
	end

	answers.start, answers.exec = begin "run", begin "exec"

	function answers.wait(args)
		local list, seconds = ended(all, args.handles, args.any)
		clock = clock + (args.any and seconds or 0)
		local how = {}
		for _, id in ipairs(list) do
			how[tostring(id)] = outcome(all[id])
			if not args.any then clock = clock + all[id].seconds end
		end
		return { ended = how }
	end

	function answers.output(args)
		local r = all[args.handle]
		local text = ((args.stream == 2 and r.stderr or r.stdout) or ""):gsub("[\0\xff]", NUL)
		return { text = text:sub(args.from + 1), next = #text, lost = r.truncated or false, more = false }
	end

	function answers.lines(args)
		local r = all[args.handle]
		local list = r.read and {} or lines(r)
		r.read = true
		return { lines = setmetatable(list, { __jsontype = "array" }) }
	end

	function answers.stop(args) all[args.handle].running = nil end

	function answers.forget() end

	function answers.state(args) return all[args.handle].running and "running" or "ended" end

	function answers.build(args)
		local text, problem = as_planned(args.plan)
		if not text then return nil, problem, 22 end
		local main = json.decode(text).containers.main
		runs[#runs + 1] = { op = "build", plan = json.decode(text), main = main }
		return { image = main.build and main.build.tag or main.image and main.image.reference, id = "sha256:0" }
	end

	function answers.sleep(args) clock = clock + args.seconds end

	answers["now"] = function() return clock end

	function answers.watch(args)
		if args.begin then return {} end
		told = told + 1
		return (changes or {})[told] or setmetatable({}, { __jsontype = "array" })
	end

	return answers
end
