-- SPDX-License-Identifier: MIT
-- What gui.lua does, written out: one line for each thing the container gets.
--   cnnrun examples/explicit.lua -d none -- xeyes
local cnn = require "cnnrun"

return cnn.profile {
	about = "A shell with GPU and GUI access in the project's image",
	options = {
		devices = { short = "d", about = "GPUs: 0 | 2,3 | all | none | GPU-<uuid> | MIG-<uuid>" },
		name = { short = "n", about = "container name" },
	},
	setup = function(c, opt)
		c:build {
			tag = "demo-cnn:latest",
			context = ".",
			dockerfile = "docker/Dockerfile",
			base = "debian:bookworm-slim",
			network = "host",
		}
		c:user "host"
		c:home("docker/home", { carry = "elsewhere" })
		c:mount(".", "/my_workspace", { carry = "elsewhere" })
		c:workdir "/my_workspace"
		c:gpus(opt.devices or "0", { optional = not opt.devices })
		c:display()
		c:shm "1g"
		if opt.name then c:name(opt.name) end
		c:command { "bash" }
	end,
}
