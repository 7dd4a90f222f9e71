-- SPDX-License-Identifier: MIT
-- A web server for a directory of the project, seen from this machine only:
--   cnnrun examples/web.lua -p 8000
local cnn = require "cnnrun"

return cnn.profile {
	about = "Serves a directory of the project over HTTP",
	options = {
		port = { short = "p", default = 8080, about = "port of this machine" },
		dir = { default = "public", about = "directory to serve" },
		everywhere = { type = "boolean", about = "let other machines in as well" },
	},
	setup = function(c, opt)
		c:image "nginx:1.25"
		c:mount(opt.dir, "/usr/share/nginx/html", { readonly = true })
		c:port {
			host_ip = opt.everywhere and "0.0.0.0" or "127.0.0.1",
			host = opt.port,
			container = 80,
		}
		c:stop { signal = "SIGQUIT", timeout = 5 }
	end,
}
