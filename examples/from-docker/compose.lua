-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

return cnn.profile {
	about = "The shop: a web server, what it serves, and a database",
	options = {
		port = { short = "p", default = 8080, env = "WEB_PORT", about = "port of this machine" },
		password = { default = "dev", env = "DB_PASSWORD", about = "of the database" },
	},
	setup = function(c, opt)
		c:service("db", function(s)
			s:image "postgres:16"
			s:user "image"
			s:rights "docker" -- its entrypoint is root and becomes postgres
			s:env { POSTGRES_DB = "shop", POSTGRES_PASSWORD = opt.password }
			s:volume("shop-data", "/var/lib/postgresql/data")
			s:ready { command = { "pg_isready", "-h", "localhost", "-U", "postgres" }, interval = "500ms" }
		end)
		c:service("api", function(s)
			s:build { context = "api" }
			s:after "db"
			s:env("DATABASE_URL", "postgresql://postgres:" .. opt.password .. "@db/shop")
			s:ready { http = "/health", port = 8000, interval = "500ms" }
		end)
		c:image "nginx:1.27"
		c:user "image"
		c:rights "docker"
		c:mount("nginx.conf", "/etc/nginx/conf.d/default.conf", { readonly = true })
		c:mount("public", "/usr/share/nginx/html", { readonly = true })
		c:port { host = opt.port, container = 80 }
	end,
}
