-- SPDX-License-Identifier: MIT
-- The profiles that came with cnnrun, on machines that are not there.
local t = require "cnnrun.testing"

local PROJECT = { ["docker/Dockerfile"] = "FROM debian" }

local function shipped(name, options, gpus, files)
	return t.plan("profiles/" .. name .. ".lua", options,
		{ gpus = gpus, files = files or PROJECT, project = "/home/ada/Demo_CNN" })
end

local WORKSPACE = { source = ".", target = "/my_workspace", carry = "elsewhere" }

describe("shell.lua", function()
	it("is a shell in the project's image, as the user, at the workspace", function()
		local plan = shipped "shell"
		assert.equal("A shell in the project's image, as you, without a display", plan.about)
		assert.equal("demo-cnn:latest", plan.main.build.tag)
		assert.same({ WORKSPACE }, plan.main.mount)
		assert.same({ "bash" }, plan.main.command)
		t.golden(plan)
	end)

	it("builds on NVIDIA's base where there are GPUs", function()
		local build = shipped("shell", {}, 1).main.build
		assert.equal("nvidia/cuda:12.4.1-runtime-ubuntu22.04", build.base)
		assert.same({ BUILD_IMAGE = "nvidia/cuda:12.4.1-devel-ubuntu22.04" }, build.args)
	end)

	it("insists on GPUs that were named", function()
		assert.same({ select = "ids", ids = { "0" }, optional = true }, shipped("shell").main.gpus)
		assert.same({ select = "ids", ids = { "2", "3" } }, shipped("shell", { devices = "2,3" }).main.gpus)
		assert.is_nil(shipped("shell", { devices = "none" }).main.gpus)
	end)

	it("takes a name, a tag, another image", function()
		local main = shipped("shell", { name = "box", tag = "me:1" }).main
		assert.equal("box", main.name)
		assert.equal("me:1", main.build.tag)
		main = shipped("shell", { image = "busybox" }, 0, {}).main
		assert.same({ reference = "busybox" }, main.image)
		assert.is_nil(main.build)
	end)

	it("builds a project's plain Dockerfile, and says what to do without one", function()
		assert.equal("Dockerfile", shipped("shell", {}, 0, { Dockerfile = "" }).main.build.dockerfile)
		assert.truthy(t.refused("profiles/shell.lua", {}, { files = {} })
			:find("name an image with --image", 1, true))
	end)
end)

describe("gui.lua", function()
	it("is the shell with a display", function()
		local gui, shell = shipped("gui").main, shipped("shell").main
		assert.same({ mode = "auto" }, gui.display)
		gui.display = nil
		assert.same(shell, gui)
	end)

	it("lets the user choose how the X server admits it", function()
		assert.same({ mode = "xhost" }, shipped("gui", { display = "xhost" }).main.display)
		assert.truthy(t.refused("profiles/gui.lua", { display = "local" }, { files = PROJECT })
			:find("--display must be auto | cookie | xhost", 1, true))
	end)
end)

describe("train.lua", function()
	it("runs the trainer, to which the rest of the command line goes", function()
		local main = shipped("train", { args = { "--num_epochs", "1" } }).main
		assert.same({ "cnntrain" }, main.entrypoint)
		assert.same({ "--num_epochs", "1" }, main.command)
		assert.same({ WORKSPACE, { source = "/usr/share/datasets",
			target = "/usr/share/datasets", readonly = true, optional = true, carry = "elsewhere" } }, main.mount)
		assert.is_nil(main.display)
		t.golden(shipped "train")
	end)

	it("shows its window when asked", function()
		local main = shipped("train", { gui = true }).main
		assert.same({ mode = "auto" }, main.display)
		assert.same({ "cnntrain", "--gui" }, main.entrypoint)
	end)
end)

describe("build.lua", function()
	it("only builds", function()
		local plan = shipped("build", { no_cache = true })
		assert.equal("build", plan.profile.action)
		assert.equal("demo-cnn:latest", plan.main.build.tag)
		assert.is_true(plan.main.build.no_cache)
	end)
end)

describe("every shipped profile", function()
	it("says what it is, and has no two options with one letter", function()
		for _, name in ipairs { "shell", "gui", "train", "build", "sandbox" } do
			local about = shipped(name).profile
			assert.is_string(about.about)
			local letters = {}
			for option, o in pairs(about.options) do
				assert.is_string(o.about, name .. " --" .. option)
				if o.short then
					assert.is_nil(letters[o.short], name .. " -" .. o.short)
					letters[o.short] = option
				end
			end
		end
	end)
end)
