-- SPDX-License-Identifier: MIT
--- The library itself under stock Lua, with a door whose answers a test chooses. Run from the
--- root of the repository: cnnrun test tests/lua
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
		if name:find "^cnnrun" then package.loaded[name] = nil end
	end
	support.answers, support.asked = answers or {}, {}
	return require "cnnrun"
end

--- What a machine with n GPUs and a project that holds docker/Dockerfile answers.
function support.machine(n)
	local host = require "cnnrun.testing.host"
	return host.answers(host.new { gpus = n, user = "me", project = "/home/me/Demo_CNN",
		files = { ["docker/Dockerfile"] = "" } }, function(name) return name == "LANG" end)
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

--- The answers to what steers: given() gives the result of each start or exec in turn.
function support.runs(given)
	return require "cnnrun.testing.runs"(given, nil, {}, require "cnnrun.testing.json".encode)
end

--- The line a function was defined at, plus n: where a call in it stands.
function support.line(fn, n)
	local info = debug.getinfo(fn, "S")
	return ("%s:%d"):format(info.short_src, info.linedefined + (n or 0))
end

return support
