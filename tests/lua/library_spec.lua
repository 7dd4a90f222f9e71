-- SPDX-License-Identifier: MIT
local support = require "tests.lua.support"

--- The message of an error raised by fn, which must start with fn's own line.
local function raised(fn, ...)
	local ok, message = pcall(fn, ...)
	assert.is_false(ok)
	local start = support.line(fn) .. ": "
	assert.equal(start, message:sub(1, #start))
	return message:sub(#start + 1)
end

describe("cnn.profile", function()
	local cnn
	before_each(function() cnn = support.fresh() end)

	it("needs a table with setup", function()
		assert.equal("cnn.profile: needs a table, not nothing", raised(function() cnn.profile() end))
		assert.equal("cnn.profile: setup is missing: a function (c, opt)",
			raised(function() cnn.profile {} end))
		assert.equal('cnn.profile: setup must be a function (c, opt), not "x"',
			raised(function() cnn.profile { setup = "x" } end))
		assert.equal('cnn.profile: unknown key "setpu" (did you mean setup?); '
			.. 'known are about, action, options, rights, setup',
			raised(function() cnn.profile { setpu = print } end))
		assert.equal('cnn.profile: action must be run | build | none, not "stop"',
			raised(function() cnn.profile { setup = print, action = "stop" } end))
	end)

	it("is recognised by what is returned, not by its look", function()
		local profile = require "cnnrun.profile"
		assert.is_true(profile.is(cnn.profile { setup = print }))
		assert.is_false(profile.is { setup = print })
	end)

	local function declared(options)
		return function() cnn.profile { setup = print, options = options } end
	end

	it("checks the options it declares", function()
		assert.truthy(raised(declared { Name = {} }):find("a name is lower-case", 1, true))
		assert.truthy(raised(declared { { short = "x" } }):find("option 1: a name", 1, true))
		assert.truthy(raised(declared { args = {} }):find("the name is taken", 1, true))
		assert.truthy(raised(declared { x = 5 }):find('option "x" must be a table, not 5', 1, true))
		assert.truthy(raised(declared { x = { shrot = "a" } }):find("did you mean short?", 1, true))
		assert.truthy(raised(declared { x = { short = "ab" } }):find("short must be one letter", 1, true))
		assert.truthy(raised(declared { x = { short = "h" } }):find("short must be one letter", 1, true))
		assert.truthy(raised(declared { a = { short = "x" }, b = { short = "x" } })
			:find("option \"b\": -x is a's already", 1, true))
		assert.truthy(raised(declared { x = { type = "int" } }):find('type "int": write type = "number"', 1, true))
		assert.truthy(raised(declared { x = { type = "number", default = "abc" } })
			:find("default must be a number", 1, true))
		assert.truthy(raised(declared { x = { choices = { "a" }, default = "b" } })
			:find('default must be a, not "b"', 1, true))
		assert.truthy(raised(declared { x = { required = true, default = "b" } })
			:find("cannot be required", 1, true))
		assert.truthy(raised(declared "x"):find("options must be a table", 1, true))
	end)

	it("knows the type of an option by its default", function()
		local p = cnn.profile { setup = print, options = {
			a = {}, b = { default = true }, c = { default = 2 }, d = { default = { "x" } },
			e = { default = "x" }, f = { type = "list", default = "x,y" },
		} }
		local types = {}
		for name, o in pairs(p.options) do types[name] = o.type end
		assert.same({ a = "string", b = "boolean", c = "number", d = "list", e = "string", f = "list" },
			types)
		assert.same({ "x", "y" }, p.options.f.default)
	end)
end)

describe("the options setup receives", function()
	before_each(function() support.fresh() end)

	local declared = {
		name = {}, count = { type = "number", default = 2 }, quick = { type = "boolean" },
		list = { type = "list", choices = { "a", "b" } }, mode = { choices = { "fast", "slow" } },
		dry_run = { type = "boolean" },
	}
	local function received(given)
		local got
		local _, problem = support.plan(function(_, opt) got = opt end, declared, given)
		return got, problem
	end

	it("hold defaults, the user's values, and args", function()
		assert.same({ count = 2, args = {} }, received {})
		assert.same({ count = 3, name = "x", quick = true, list = { "a", "b" }, mode = "slow",
			args = { "ls", "-l" } },
			received { count = "3", name = "x", quick = true, list = "a,b", mode = "slow",
				args = { "ls", "-l" } })
		assert.same({ count = 0.5, quick = false, name = "5", list = { "b" }, args = {} },
			received { count = 0.5, quick = "no", name = 5, list = { "b" } })
	end)

	it("are refused by name when they are wrong", function()
		for given, expected in pairs {
			[{ nmae = "x" }] = "--nmae: no such option (did you mean name?)",
			[{ count = "x" }] = '--count must be a number, not "x"',
			[{ quick = "maybe" }] = '--quick must be true or false, not "maybe"',
			[{ dry_run = 3 }] = "--dry-run must be true or false, not 3",
			[{ list = "a,c" }] = '--list must be a | b, not "c"',
			[{ mode = "medium" }] = '--mode must be fast | slow, not "medium"',
		} do
			local got, problem = received(given)
			assert.is_nil(got)
			assert.equal(expected, problem)
		end
	end)
end)

describe("facts", function()
	it("are asked for once", function()
		local cnn = support.fresh(support.machine(2))
		assert.equal(2, #cnn.host.gpus())
		assert.equal("GPU-00000001", cnn.host.gpus()[2].uuid)
		assert.equal("/home/me", cnn.host.user().home)
		assert.equal("C.UTF-8", cnn.host.env "LANG")
		assert.is_nil(cnn.host.env "SECRET")
		assert.is_true(cnn.project.exists "docker/Dockerfile")
		assert.is_false(cnn.project.exists "x")
		local ops = {}
		for i, ask in ipairs(support.asked) do ops[i] = ask.op end
		assert.same({ "host.gpus", "host.user", "host.env", "host.env", "project.exists", "project.exists" },
			ops)
	end)

	it("are nil, message, code when the host cannot tell", function()
		local cnn = support.fresh()
		assert.same({ n = 3, nil, "no answer to host.gpus", 38 }, table.pack(cnn.host.gpus()))
		assert.same({ n = 3, nil, "no answer to host.engine", 38 }, table.pack(cnn.host.engine()))
		assert.same({ n = 3, nil, "no answer to project.read", 38 }, table.pack(cnn.project.read "x"))
		assert.equal("cnn.host.env: name must be a string, not nothing",
			raised(function() cnn.host.env() end))
	end)
end)

describe("steering", function()
	it("runs a container as it stands", function()
		local cnn = support.fresh(support.runs(function()
			return { code = 0, stdout = "hi\n", stderr = "", seconds = 1 }
		end))
		local c = cnn.container():image "x":command { "echo", "hi" }
		assert.equal("hi\n", cnn.run(c, { capture = true, input = "in" }).stdout)
		local asked = support.asked[1]
		assert.equal("start", asked.op)
		assert.is_true(asked.args.capture)
		assert.equal("in", asked.args.input)
		assert.same({ reference = "x" }, support.main(asked.args.plan).image)
		assert.same({ "echo", "hi" }, support.main(asked.args.plan).command)
	end)

	it("executes in a running one", function()
		local cnn = support.fresh(support.runs(function() return { code = 3 } end))
		assert.equal(3, cnn.exec("box", { "ls" }, { user = "root", workdir = "/" }).code)
		assert.same({ container = "box", command = { "ls" }, user = "root", workdir = "/",
			foreground = true }, support.asked[1].args)
	end)

	it("checks its arguments", function()
		local cnn = support.fresh {}
		assert.equal("cnn.run: the first argument must be a container, not a table",
			raised(function() cnn.run {} end))
		assert.equal('cnn.run: unknown key "captrue" (did you mean capture?); '
			.. 'known are capture, input, label, timeout',
			raised(function() cnn.run(cnn.container(), { captrue = true }) end))
		assert.equal("cnn.exec: command must be a list, not nothing",
			raised(function() cnn.exec "box" end))
	end)
end)

describe("the dialogue", function()
	it("describes, plans, and hands events to handlers", function()
		local seen = {}
		local events = { { event = "start" }, { event = "exit", data = { code = 2 } } }
		local function next_event() return table.remove(events, 1) end
		local cnn = support.fresh {
			describe = { name = "box", args = {} }, plan = next_event, done = next_event,
		}
		require("cnnrun.session").serve(cnn.profile {
			about = "A test", options = { name = { about = "its name" } },
			setup = function(c, opt)
				c:name(opt.name)
				c:on("start", function() seen[#seen + 1] = "started" end)
				c:on("exit", function(e) seen[#seen + 1] = "ended " .. e.code end)
			end,
		})
		assert.same({ "started", "ended 2" }, seen)
		assert.same({ about = "A test", options = { name = { about = "its name", type = "string" } } },
			support.asked[1].args)
		local plan = support.asked[2].args
		assert.equal("box", support.main(plan.plan).name)
		assert.equal("A test", plan.plan.about)
		table.sort(plan.on)
		assert.same({ "exit", "start" }, plan.on)
	end)

	it("reports wrong options as usage", function()
		local cnn = support.fresh { describe = { nmae = "x" }, fail = true }
		require("cnnrun.session").serve(cnn.profile { setup = print, options = { name = {} } })
		assert.same({ kind = "usage", message = "--nmae: no such option (did you mean name?)" },
			support.asked[2].args)
	end)

	it("refuses what is no profile", function()
		support.fresh {}
		local ok, message = pcall(require("cnnrun.session").serve, { setup = print })
		assert.is_false(ok)
		assert.equal("a profile ends with `return cnn.profile { ... }`; this one returned a table", message)
	end)
end)

describe("near", function()
	local near = require "cnnrun.near"
	local known = { readonly = 1, optional = 1, create = 1 }

	it("finds what was meant, and nothing far", function()
		assert.equal("readonly", near("read_only", known))
		assert.equal("readonly", near("READONLY", known))
		assert.equal("create", near("craete", known))
		assert.is_nil(near("banana", known))
		assert.is_nil(near(5, known))
		assert.is_nil(near(("x"):rep(100), known))
	end)
end)
