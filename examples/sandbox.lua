-- SPDX-License-Identifier: MIT
-- For code nobody has read yet: no network, nothing writable but memory, little of
-- everything, and the project only to look at.
--   cnnrun examples/sandbox.lua -- python3 suspicious.py
local cnn = require "cnnrun"

return cnn.profile {
	about = "Runs untrusted code with as little as possible",
	options = { image = { default = "python:3.12-slim", about = "image to run it in" } },
	setup = function(c, opt)
		c:image(opt.image)
		c:user "65534:65534"
		c:network "none"
		c:readonly()
		c:tmpfs("/tmp", { size = "64m", mode = "1777" })
		c:mount(".", "/code", { readonly = true }):workdir "/code"
		c:limit { memory = "512m", swap = "512m", cpus = 1, pids = 64 }
		c:ulimit("nofile", 256)
		c:ulimit("core", 0)
		c:command { "python3" }
	end,
}
