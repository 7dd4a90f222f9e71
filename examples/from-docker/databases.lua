-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

return cnn.profile {
	about = "The tests, with a PostgreSQL and a Redis of their own",
	setup = function(c)
		c:service("db", function(s)
			s:image "postgres:16"
			s:user("image", { name = "postgres" }) -- whom its entrypoint would become
			s:env { POSTGRES_DB = "test", POSTGRES_PASSWORD = "test" }
			s:tmpfs "/var/lib/postgresql/data"
			s:ready { command = { "pg_isready", "-h", "localhost", "-U", "postgres" }, interval = "300ms" }
		end)
		c:service("cache", function(s)
			s:image "redis:7" -- starts as you, too
			s:tmpfs "/data"
			s:ready { port = 6379, interval = "300ms" }
		end)
		c:build {}
		c:mount(".", "/app"):workdir "/app"
		c:env { DATABASE_URL = "postgresql://postgres:test@db/test", REDIS_URL = "redis://cache:6379" }
		c:command { "pytest" }
	end,
}
