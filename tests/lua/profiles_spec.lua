-- SPDX-License-Identifier: MIT
local support = require "tests.lua.support"

--- The container of a shipped profile on a machine with n GPUs, and what the profile says.
local function plan_of(name, given, gpus, files)
	support.fresh(support.machine(gpus or 0, files))
	local p = require("profiles." .. name)
	assert.is_true(require("cnnrun.profile").is(p))
	local plan = assert(require("cnnrun.session").plan(p, given))
	local main = support.main(plan)
	main.at = nil
	return main, p, plan.about
end

local WORKSPACE = { type = "bind", source = ".", target = "/my_workspace" }

describe("shell.lua", function()
	it("is a shell in the project's image, as the user, at the workspace", function()
		assert.same({
			build = { tag = "demo-cnn:latest", context = ".", dockerfile = "docker/Dockerfile",
				base = "debian:bookworm-slim", network = "host" },
			user = { mode = "host" },
			home = { source = "docker/home" },
			mount = { WORKSPACE },
			workdir = "/my_workspace",
			gpus = { select = "ids", ids = { "0" }, optional = true },
			shm = 1 << 30,
			timezone = "host",
			command = { "bash" },
		}, (plan_of "shell"))
		assert.equal("A shell in the project's image, as you, without a display",
			select(3, plan_of "shell"))
	end)

	it("builds on NVIDIA's base where there are GPUs", function()
		local build = plan_of("shell", {}, 1).build
		assert.equal("nvidia/cuda:12.4.1-runtime-ubuntu22.04", build.base)
		assert.same({ BUILD_IMAGE = "nvidia/cuda:12.4.1-devel-ubuntu22.04" }, build.args)
	end)

	it("insists on GPUs that were named", function()
		assert.same({ select = "ids", ids = { "2", "3" }, optional = false },
			plan_of("shell", { devices = "2,3" }).gpus)
		assert.same({ select = "none", optional = false }, plan_of("shell", { devices = "none" }).gpus)
	end)

	it("takes a name, a tag, another image", function()
		local plan = plan_of("shell", { name = "box", tag = "me:1" })
		assert.equal("box", plan.name)
		assert.equal("me:1", plan.build.tag)
		plan = plan_of("shell", { image = "busybox" }, 0, {})
		assert.same({ reference = "busybox" }, plan.image)
		assert.is_nil(plan.build)
	end)

	it("builds a project's plain Dockerfile, and says what to do without one", function()
		assert.equal("Dockerfile", plan_of("shell", {}, 0, { "Dockerfile" }).build.dockerfile)
		local ok, message = pcall(plan_of, "shell", {}, 0, {})
		assert.is_false(ok)
		assert.truthy(message:find("name an image with --image", 1, true))
	end)

	it("builds where the host cannot tell its GPUs", function()
		support.fresh { ["project.exists"] = true, ["project.dir"] = "/p" }
		local plan = require("cnnrun.session").plan(require "profiles.shell", {})
		assert.equal("debian:bookworm-slim", support.main(plan).build.base)
	end)
end)

describe("gui.lua", function()
	it("is the shell with a display", function()
		local gui, shell = plan_of "gui", plan_of "shell"
		assert.same({ mode = "auto" }, gui.display)
		gui.display = nil
		assert.same(shell, gui)
	end)

	it("lets the user choose how the X server admits it", function()
		assert.same({ mode = "xhost" }, plan_of("gui", { display = "xhost" }).display)
		assert.is_false(pcall(plan_of, "gui", { display = "local" }))
	end)
end)

describe("train.lua", function()
	it("runs the trainer, to which the rest of the command line goes", function()
		local plan = plan_of("train", { args = { "--num_epochs", "1" } })
		assert.same({ "cnntrain", "--overwrite" }, plan.entrypoint)
		assert.same({}, plan.command)
		assert.same({ WORKSPACE, { type = "bind", source = "/usr/share/datasets",
			target = "/usr/share/datasets", readonly = true, optional = true } }, plan.mount)
		assert.is_nil(plan.display)
	end)

	it("shows its window when asked", function()
		local plan = plan_of("train", { gui = true })
		assert.same({ mode = "auto" }, plan.display)
		assert.same({ "cnntrain", "--overwrite", "--gui" }, plan.entrypoint)
	end)
end)

describe("build.lua", function()
	it("only builds", function()
		local plan, p = plan_of("build", { no_cache = true })
		assert.equal("build", p.action)
		assert.equal("demo-cnn:latest", plan.build.tag)
		assert.is_true(plan.build.no_cache)
	end)
end)

describe("every shipped profile", function()
	it("says what it is, and has no two options with one letter", function()
		for _, name in ipairs { "shell", "gui", "train", "build", "sandbox" } do
			local _, p = plan_of(name)
			assert.is_string(p.about)
			local letters = {}
			for option, o in pairs(p.options) do
				assert.is_string(o.about, name .. " --" .. option)
				if o.short then
					assert.is_nil(letters[o.short], name .. " -" .. o.short)
					letters[o.short] = option
				end
			end
			assert(name == "shell" or next(p.options), name)
		end
	end)
end)
