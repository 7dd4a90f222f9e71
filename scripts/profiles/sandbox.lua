-- SPDX-License-Identifier: MIT
-- For programs and coding agents that one does not trust: the project and nothing else of
-- yours, the network as far as --hosts says, and at the end what has changed.
local cnn = require "cnnrun"

return cnn.profile {
	about = "Runs what you do not trust in the project, with a list of hosts, and says what it changed",
	options = {
		image = { default = "debian:bookworm-slim", about = "image to run it in" },
		hosts = { type = "list", default = {}, about = "hosts it may reach: example.org,*.example.net:443" },
		vars = { type = "list", default = {}, about = "your variables that it gets: NAME,NAME" },
		memory = { default = "4g", about = "the most memory" },
		processes = { type = "number", default = 512, about = "the most processes" },
		cpus = { type = "number", default = 2, about = "the most processors" },
		time = { default = "4h", about = "the longest it runs: 90s, 30m, 4h" },
	},
	setup = function(c, opt)
		c:image(opt.image)
		c:user "host"
		c:network { allow = opt.hosts }
		for _, name in ipairs(opt.vars) do c:env(name) end
		c:mount(".", "/work", { git = "read" })
		c:workdir "/work"
		c:readonly()
		c:tmpfs("/tmp", { size = "1g" })
		c:tmpfs(cnn.host.user().home, { size = "1g", mode = "0700" })
		c:limit {
			memory = opt.memory, swap = opt.memory, cpus = opt.cpus, pids = opt.processes,
			time = opt.time,
		}
		c:ulimit("core", 0)
		c:changes()
		c:command { "bash" }
	end,
}
