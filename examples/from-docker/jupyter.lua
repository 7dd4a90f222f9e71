-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

return cnn.profile {
	about = "JupyterLab on the project's files",
	options = {
		port = { short = "p", default = 8888, env = "JUPYTER_PORT", about = "port of this machine" },
	},
	setup = function(c, opt)
		c:image "quay.io/jupyter/scipy-notebook:latest"
		c:user("image", { uid = "host" }) -- jovyan, and no root who chowns
		c:home ".jupyter-home"
		c:mount(".", "/home/jovyan/work"):workdir "/home/jovyan/work"
		c:port { host = opt.port, container = 8888 }
		c:env("JUPYTER_ENABLE_LAB", "yes")
		c:shm "2g"
		c:init(false) -- the image has its own
	end,
}
