-- SPDX-License-Identifier: MIT
-- Tests that need a database and a cache: both are there, ready, and gone afterwards.
--   cnnrun examples/services.lua -- pytest tests/database
local cnn = require "cnnrun"

return cnn.profile {
	about = "The project's tests, with PostgreSQL and Redis beside them",
	setup = function(c)
		c:image "python:3.12"
		c:mount(".", "/work"):workdir "/work"
		c:env("DATABASE_URL", "postgresql://test@db/test")
		c:env("REDIS_URL", "redis://cache")
		c:service("db", function(s)
			s:image "postgres:16"
			s:user("image", { name = "postgres" })
			s:env { POSTGRES_USER = "test", POSTGRES_HOST_AUTH_METHOD = "trust" }
			s:tmpfs "/var/lib/postgresql/data"
			s:ready { command = { "pg_isready", "-h", "localhost", "-U", "test" } }
			s:stop { signal = "SIGINT" }
		end)
		c:service("cache", function(s)
			s:image "redis:7"
			s:command { "redis-server", "--save", "" }
			s:ready { port = 6379 }
		end)
		c:command { "pytest" }
	end,
}
