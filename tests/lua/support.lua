-- SPDX-License-Identifier: MIT
--- The library under stock Lua, with a door whose answers a test chooses. Run from the
--- root of the repository: busted tests/lua
package.path = "scripts/?.lua;scripts/?/init.lua;examples/?.lua;tests/lua/?.lua;" .. package.path

local support = {}

--- What the door answers by op: a value, or a function of the arguments.
support.answers = {}
--- What it was asked: { op =, args = } in order.
support.asked = {}

local function call(op, args)
	support.asked[#support.asked + 1] = { op = op, args = args }
	local answer = support.answers[op]
	if type(answer) == "function" then return answer(args) end
	if answer == nil then return nil, "no answer to " .. op, 38 end
	return answer
end

package.preload["cnnrun.door"] = function()
	return { call = call, version = "test", encode = tostring, decode = tostring }
end

--- Forgets every module, so that no fact is remembered, and sets the answers.
function support.fresh(answers)
	for name in pairs(package.loaded) do
		if name:find("^cnnrun") or name:find("^profiles") then package.loaded[name] = nil end
	end
	support.answers, support.asked = answers or {}, {}
	return require "cnnrun"
end

--- A machine with n GPUs and a project that holds the given files.
function support.machine(n, files)
	local gpus, there = {}, {}
	for i = 1, n do gpus[i] = { index = i - 1, uuid = "GPU-" .. i, name = "Test", memory = 1 << 30 } end
	for _, f in ipairs(files or { "docker/Dockerfile" }) do there[f] = true end
	return {
		["host.gpus"] = gpus,
		["host.user"] = { uid = 1000, gid = 1000, name = "me", home = "/home/me" },
		["host.env"] = function(a) return a.name == "LANG" and "C.UTF-8" or nil end,
		["project.dir"] = "/home/me/Demo_CNN",
		["project.exists"] = function(a) return there[a.path] or false end,
	}
end

--- The plan that setup makes, without the places.
function support.plan(setup, options, given)
	local cnn = require "cnnrun"
	local p = cnn.profile { setup = setup, options = options }
	local plan, problem = require("cnnrun.session").plan(p, given)
	return plan, problem
end

--- The container of a plan.
function support.main(plan)
	assert(plan.version == 2)
	return plan.containers.main
end

--- What verbs called on a container make of it, without the places.
function support.made(setup)
	local main = support.main(assert(support.plan(setup)))
	main.at = nil
	return main
end

--- The answers to what steers: runs(args) gives the result of each start or exec in turn, with
--- the texts that it printed.
function support.runs(runs)
	local results = {}
	local function begin(args)
		local r, message, code = runs(args)
		if not r then return nil, message, code end
		results[#results + 1] = r
		return { handle = #results, name = "it" .. #results }
	end
	return {
		start = begin, exec = begin,
		wait = function(args)
			local ended = {}
			for _, id in ipairs(args.handles) do
				local r = results[id]
				ended[tostring(id)] = { code = r.code, seconds = r.seconds, oom = r.oom or false }
			end
			return { ended = ended }
		end,
		output = function(args)
			local r = results[args.handle]
			local text = (args.stream == 2 and r.stderr or r.stdout) or ""
			return { text = text, next = #text, lost = false, more = false }
		end,
	}
end

--- The line a function was defined at, plus n: where a call in it stands.
function support.line(fn, n)
	local info = debug.getinfo(fn, "S")
	return ("%s:%d"):format(info.short_src, info.linedefined + (n or 0))
end

return support
