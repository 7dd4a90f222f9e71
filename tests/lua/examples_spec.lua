-- SPDX-License-Identifier: MIT
local support = require "tests.lua.support"

--- The container of an example, and the profile.
local function plan_of(name, given, answers)
	local machine = support.machine(2)
	for op, answer in pairs(answers or {}) do machine[op] = answer end
	support.fresh(machine)
	package.loaded["lib.team"] = nil
	local p = assert(loadfile("examples/" .. name .. ".lua"))()
	assert.is_true(require("cnnrun.profile").is(p))
	local plan, handlers = require("cnnrun.session").plan(p, given)
	return support.main(assert(plan, handlers)), p, handlers
end

--- Checks a few keys of a plan against what they should be.
local function has(expected, plan)
	for key, value in pairs(expected) do assert.same({ [key] = value }, { [key] = plan[key] }) end
end

--- What print is given while fn runs.
local function printed(fn)
	local lines, real = {}, _G.print
	_G.print = function(text) lines[#lines + 1] = text end
	local ok, problem = pcall(fn)
	_G.print = real
	assert(ok, problem)
	return lines
end

local checks = {
	services = function()
		plan_of "services"
		local p = assert(loadfile "examples/services.lua")()
		local all = require("cnnrun.session").plan(p, {}).containers
		assert.same({ command = { "pg_isready", "-h", "localhost", "-U", "test" } }, all.db.ready)
		assert.same({ port = 6379 }, all.cache.ready)
	end,
	web = function()
		local plan = plan_of "web"
		has({ port = { { host_ip = "127.0.0.1", host = 8080, container = 80 } },
			stop = { signal = "SIGQUIT", timeout = 5 } }, plan)
		plan = plan_of("web", { port = "8000", everywhere = true })
		has({ port = { { host_ip = "0.0.0.0", host = 8000, container = 80 } } }, plan)
	end,
	jupyter = function()
		local plan, _, handlers = plan_of "jupyter"
		has({ gpus = { select = "none" }, shm = 2 << 30, workdir = "/work" }, plan)
		assert.same({ "open http://127.0.0.1:8888/lab?token=0af3" }, printed(function()
			handlers.log[1] { stream = "stderr", line = "starting" }
			handlers.log[1] { stream = "stderr", line = "http://x/lab?token=0af3" }
			handlers.log[1] { stream = "stderr", line = "http://x/lab?token=0af3" }
		end))
	end,
	ros = function()
		has({ network = "host", ipc = "host", display = { mode = "auto" },
			user = { mode = "host", groups = { "input" } },
			env = { set = { ROS_DOMAIN_ID = "7", RCUTILS_COLORIZED_OUTPUT = "1" } } },
			(plan_of("ros", { domain = 7 })))
	end,
	multi_gpu = function()
		has({ gpus = { select = "count", count = 2 },
			entrypoint = { "torchrun", "--standalone", "--nproc-per-node", "2" } }, (plan_of "multi_gpu"))
		has({ gpus = { select = "count", count = 4 } }, (plan_of("multi_gpu", { gpus = "4" })))
		has({ gpus = { select = "count", count = 2, pick = "free", min_free = 16 << 30, wait = -1 } },
			(plan_of("multi_gpu", { gpus = "2", free = true })))
		local ok, message = pcall(plan_of, "multi_gpu", {}, { ["host.gpus"] = {} })
		assert.is_false(ok)
		assert.equal("this machine has no NVIDIA GPU", message)
	end,
	compose = function()
		local plan = plan_of "compose"
		has({ shm = 4 << 30, display = { mode = "auto" }, env = { pass = { "LANG" },
			set = { PIP_CACHE_DIR = "/var/cache/pip",
				PIP_INDEX_URL = "https://pypi.example.com/simple" } },
			label = { ["com.example.team"] = "vision" }, limit = { memory = 32 << 30 } }, plan)
		assert.equal(3, #plan.mount)
		assert.truthy(plan.at["mount/1"]:find("lib/team.lua:", 1, true))
	end,
	sweep = function()
		local runs = {
			{ code = 0, seconds = 2, stdout = "[1/1] test_acc = 0.5\n" },
			{ code = 0, seconds = 2, stdout = "[1/2] test_acc = 0.1\n[2/2] test_acc = 0.9\n" },
			{ code = 1, seconds = 0, stdout = "", stderr = "no images" },
		}
		local p
		local lines = printed(function()
			p = select(2, plan_of("sweep", {}, support.runs(function() return table.remove(runs, 1) end)))
		end)
		assert.equal("none", p.action)
		assert.same({ "lr 1e-2     accuracy 0.5000  2 s", "lr 1e-3     accuracy 0.9000  2 s",
			"lr 1e-4     failed with status 1  0 s", "no images", "best: lr 1e-3" }, lines)
		local asked = {}
		for _, ask in ipairs(support.asked) do
			if ask.op == "start" then asked[#asked + 1] = support.main(ask.args.plan).command[3] end
		end
		assert.same({ "1e-2", "1e-3", "1e-4" }, asked)
	end,
	notify = function()
		local _, _, handlers = plan_of "notify"
		assert.same({ "it runs", "ended with status 3 after 2 lines" }, printed(function()
			handlers.start[1]()
			handlers.log[1]()
			handlers.log[1]()
			handlers.exit[1] { code = 3 }
		end))
	end,
	explicit = function()
		local plan, p = plan_of("explicit", { devices = "2,3", name = "box" })
		local gui = support.main(assert(require("cnnrun.session").plan(require "profiles.gui",
			{ devices = "2,3", name = "box" })))
		plan.at, plan.timezone = gui.at, gui.timezone
		-- those choose by what the machine has
		plan.build.base, plan.build.args = gui.build.base, gui.build.args
		assert.same(gui, plan)
		assert.is_nil(p.options.tag)
	end,
	sandbox = function()
		has({ network = "none", readonly = true,
			limit = { cpus = 1, pids = 64, memory = 512 << 20, swap = 512 << 20 },
			user = { mode = "explicit", uid = 65534, gid = 65534 } }, (plan_of "sandbox"))
	end,
	service = function()
		has({ detach = true, keep = true, restart = "unless-stopped", name = "db",
			mount = { { type = "volume", source = "db-data", target = "/var/lib/postgresql/data" } } },
			(plan_of "service"))
	end,
	firmware = function()
		local plan = plan_of("firmware", {}, { ["project.read"] = "5.4\n" })
		has({ build = { tag = "firmware:5.4", dockerfile = "docker/Dockerfile", target = "tools",
			args = { SDK_VERSION = "5.4" } } }, plan)
		assert.equal(2, #plan.device)
	end,
	desktop = function()
		has({ display = { mode = "auto", optional = true }, audio = { optional = true } },
			(plan_of("desktop", { image = "x" })))
		has({ xhost = "local" }, (plan_of("desktop", { image = "x", classic = true })))
	end,
}

describe("the example", function()
	local files = assert(io.popen "ls examples/*.lua")
	for path in files:lines() do
		local name = path:match "([%w_]+)%.lua$"
		it(name .. " makes the plan it promises", function()
			assert.is_function(checks[name], "no check for " .. path)
			checks[name]()
		end)
		it(name .. " says what it is", function()
			local p
			printed(function()
				p = select(2, plan_of(name, { image = name == "desktop" and "x" or nil },
					support.runs(function() return { code = 1, seconds = 0, stderr = "" } end)))
			end)
			assert.is_string(p.about)
			for option, o in pairs(p.options) do assert.is_string(o.about, option) end
		end)
	end
	files:close()
end)
