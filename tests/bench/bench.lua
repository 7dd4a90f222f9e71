-- SPDX-License-Identifier: MIT
-- The shell profile with what the benchmark varies.
local cnn = require "cnnrun"
local shell = require "profiles.shell"

return cnn.profile {
	about = "What the benchmark runs",
	options = {
		network = { about = "the container's network" },
		log = { default = false, about = "keep the engine's log" },
		box = { default = false, about = "in a box" },
		directory = { about = "build its image" },
	},
	setup = function(c, opt)
		shell.setup(c, { image = "busybox" })
		if opt.network then c:network(opt.network) end
		if opt.log then c:log() end
		if opt.box then c:box() end
		if opt.directory then
			c:build { tag = "bench-" .. opt.directory, context = opt.directory }
		end
	end,
}
