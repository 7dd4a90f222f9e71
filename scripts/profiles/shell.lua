-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

local NVIDIA = "nvidia/cuda:12.4.1-runtime-ubuntu22.04"
local NVIDIA_COMPILER = "nvidia/cuda:12.4.1-devel-ubuntu22.04"
local DEBIAN = "debian:bookworm-slim"

--- The image to run: the one the user names, or the one that is built from the project.
local function image(c, opt)
	if opt.image then
		c:image(opt.image)
		return
	end
	local file = "docker/Dockerfile"
	if not cnn.project.exists(file) then
		file = "Dockerfile"
		if not cnn.project.exists(file) then
			error("the project has neither docker/Dockerfile nor Dockerfile; "
				.. "name an image with --image, or start from the project's directory", 0)
		end
	end
	local gpus = #(cnn.host.gpus() or {}) > 0
	c:build {
		tag = opt.tag,
		context = ".",
		dockerfile = file,
		base = gpus and NVIDIA or DEBIAN,
		args = gpus and { BUILD_IMAGE = NVIDIA_COMPILER } or nil,
		network = "host",
		no_cache = rawget(opt, "no_cache"), -- build.lua has these
		pull = rawget(opt, "pull"),
	}
end

return cnn.profile {
	about = "A shell in the project's image, as you, without a display",
	options = {
		devices = { short = "d", about = "GPUs: 0 | 2,3 | all | none | GPU-<uuid> | MIG-<uuid>" },
		name = { short = "n", about = "container name" },
		tag = { short = "t", about = "name of the image that is built (default: the project's)" },
		image = { about = "use this image and build none" },
		git = { choices = { "read", "write" },
			about = "of .git: write to commit inside; git here runs what is written" },
	},
	setup = function(c, opt)
		image(c, opt)
		c:user "host"
		c:home("docker/home", { carry = "elsewhere" })
		c:mount(".", "/my_workspace", { git = opt.git, carry = "elsewhere" })
		c:workdir "/my_workspace"
		-- a GPU that nobody named may be missing
		c:gpus(opt.devices or "0", { optional = not opt.devices })
		c:shm "1g"
		c:timezone "host"
		if opt.name then c:name(opt.name) end
		c:command { "bash" }
	end,
}
