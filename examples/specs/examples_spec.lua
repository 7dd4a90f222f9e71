-- SPDX-License-Identifier: MIT
-- What each example promises, on machines that are not there: `cnnrun test examples`.
local t = require "cnnrun.testing"

local function example(name, options, host)
	return t.plan("examples/" .. name .. ".lua", options, host or { gpus = 2 })
end

--- Checks a few keys of a container against what they should be.
local function has(expected, main)
	for key, value in pairs(expected) do assert.same({ [key] = value }, { [key] = main[key] }) end
end

local checks = {}

function checks.services()
	local all = example("services").containers
	assert.same({ "pg_isready", "-h", "localhost", "-U", "test" }, all.db.ready.command)
	assert.equal(6379, all.cache.ready.port)
	t.golden(example "services")
end

function checks.web()
	local plan = example "web"
	has({ port = { { host_ip = "127.0.0.1", host = 8080, container = 80, protocol = "tcp" } },
		stop = { signal = "SIGQUIT", timeout = 5 } }, plan.main)
	t.golden(plan)
	plan = example("web", { port = "8000", everywhere = true })
	has({ port = { { host_ip = "0.0.0.0", host = 8000, container = 80, protocol = "tcp" } } }, plan.main)
	t.golden(plan)
end

function checks.jupyter()
	local plan = example "jupyter"
	has({ shm = 2 << 30, workdir = "/work" }, plan.main)
	assert.is_nil(plan.main.gpus) -- none
	plan:event("log", { stream = "stderr", line = "starting" })
	plan:event("log", { stream = "stderr", line = "http://x/lab?token=0af3" })
	plan:event("log", { stream = "stderr", line = "http://x/lab?token=0af3" })
	assert.same({ "open http://127.0.0.1:8888/lab?token=0af3" }, plan.printed)
end

function checks.ros()
	local main = example("ros", { domain = 7 }).main
	has({ network = "host", ipc = "host", display = { mode = "auto" },
		env = { set = { ROS_DOMAIN_ID = "7", RCUTILS_COLORIZED_OUTPUT = "1" } } }, main)
	assert.same({ "input" }, main.user.groups)
	t.golden(example("ros", { domain = 7 }))
end

function checks.multi_gpu()
	local plan = example "multi_gpu"
	has({ gpus = { select = "count", count = 2 },
		entrypoint = { "torchrun", "--standalone", "--nproc-per-node", "2" } }, plan.main)
	assert.equal(4, example("multi_gpu", { gpus = "4" }).main.gpus.count)
	has({ gpus = { select = "count", count = 2, pick = "free", min_free = 16 << 30, wait = -1 } },
		example("multi_gpu", { gpus = "2", free = true }).main)
	assert.equal("examples/multi_gpu.lua: this machine has no NVIDIA GPU",
		t.refused("examples/multi_gpu.lua", {}, { gpus = 0 }))
end

function checks.compose()
	local plan = example "compose"
	has({ shm = 4 << 30, display = { mode = "auto" }, env = { pass = { "LANG" },
		set = { PIP_CACHE_DIR = "/var/cache/pip", PIP_INDEX_URL = "https://pypi.example.com/simple" } },
		label = { ["com.example.team"] = "vision" }, limit = { memory = 32 << 30 } }, plan.main)
	assert.equal(3, #plan.main.mount)
	assert.truthy(plan.at["mount/1"]:find("lib/team.lua:", 1, true))
	t.golden(plan)
end

function checks.sweep()
	local plan = example("sweep", {}, { runs = t.runs {
		{ seconds = 2, stdout = "[1/1] test_acc = 0.5\n" },
		{ seconds = 2, stdout = "[1/2] test_acc = 0.1\n[2/2] test_acc = 0.9\n" },
		{ code = 1, stderr = "no images" },
	} })
	assert.equal("none", plan.profile.action)
	assert.same({ "lr 1e-2     accuracy 0.5000  2 s", "lr 1e-3     accuracy 0.9000  2 s",
		"lr 1e-4     failed with status 1  0 s", "no images", "best: lr 1e-3" }, plan.printed)
	local rates = {}
	for i, run in ipairs(plan.runs) do rates[i] = run.main.command[3] end
	assert.same({ "1e-2", "1e-3", "1e-4" }, rates)
end

function checks.notify()
	local plan = example "notify"
	plan:event("start"):event("log", {}):event("log", {}):event("exit", { code = 3 })
	assert.same({ "it runs", "ended with status 3 after 2 lines" }, plan.printed)
end

function checks.explicit()
	local options = { devices = "2,3", name = "box" }
	local explicit = example("explicit", options).main
	local gui = t.plan("profiles/gui.lua", options, { gpus = 2 }).main
	-- it chooses by what the machine has, and asks for local time
	explicit.timezone, explicit.build = gui.timezone, gui.build
	assert.same(gui, explicit)
	assert.is_nil(example("explicit", options).profile.options.tag)
end

function checks.sandbox()
	local main = example("sandbox").main
	has({ network = "none", readonly = true,
		limit = { cpus = 1, memory = 512 << 20, swap = 512 << 20, pids = 64 } }, main)
	assert.same({ 65534, 65534 }, { main.user.uid, main.user.gid })
	t.golden(example "sandbox")
end

function checks.service()
	has({ detach = true, keep = true, restart = "unless-stopped", name = "db" }, example("service").main)
	t.golden(example "service")
end

function checks.firmware()
	local main = example("firmware", {}, { files = { [".sdk-version"] = "5.4\n" } }).main
	assert.equal("firmware:5.4", main.build.tag)
	assert.equal("tools", main.build.target)
	assert.same({ SDK_VERSION = "5.4" }, main.build.args)
	assert.equal(2, #main.device)
end

function checks.desktop()
	has({ display = { mode = "auto", optional = true }, audio = { optional = true } },
		example("desktop", { image = "x" }).main)
	assert.equal("local", example("desktop", { image = "x", classic = true }).main.xhost)
end

local NEEDS = { desktop = { image = "x" } }

describe("the example", function()
	for path in io.popen "ls examples/*.lua":lines() do
		local name = path:match "([%w_]+)%.lua$"
		it(name .. " makes the plan it promises", function()
			assert.is_function(checks[name], "no check for " .. path)
			checks[name]()
		end)

		it(name .. " says what it is", function()
			local about = example(name, NEEDS[name]).profile
			assert.is_string(about.about)
			for option, o in pairs(about.options) do assert.is_string(o.about, option) end
		end)
	end
end)

describe("the kind", function()
	for path in io.popen "ls examples/from-docker/*.lua":lines() do
		local name = path:match "([%w_]+)%.lua$"
		it(name .. " says what it is, and makes its plan", function()
			local plan = t.plan(path, {}, { gpus = 2, project = "/home/ada/demo_CNN" })
			assert.is_string(plan.profile.about)
			for option, o in pairs(plan.profile.options) do assert.is_string(o.about, option) end
			t.golden(plan, "from-docker-" .. name)
		end)
	end

	it("of an image that is built has the project's name, and a service's its own", function()
		local host = { project = "/home/ada/Demo_CNN" }
		assert.equal("demo-cnn:latest", t.plan("examples/from-docker/databases.lua", {}, host).main.build.tag)
	end)
end)
