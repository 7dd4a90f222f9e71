-- SPDX-License-Identifier: MIT
-- Something that stays: in the background, with its own storage, started again when it or
-- the machine falls over. `cnnrun ps` and `cnnrun stop db` find it.
local cnn = require "cnnrun"

return cnn.profile {
	about = "A PostgreSQL server for development",
	options = {
		name = { short = "n", default = "db", about = "container name" },
		port = { short = "p", default = 5432, about = "port of this machine" },
	},
	setup = function(c, opt)
		c:image("postgres:16", { pull = "missing" })
		c:name(opt.name):hostname(opt.name)
		c:volume(opt.name .. "-data", "/var/lib/postgresql/data")
		c:env_file ".env" -- POSTGRES_PASSWORD=…
		c:port { host = opt.port, container = 5432 }
		c:shm "256m"
		c:capability "CHOWN":capability "SETUID":capability "SETGID"
		c:capability "DAC_OVERRIDE":capability "FOWNER"
		c:user "image"
		c:detach():keep():restart "unless-stopped"
	end,
}
