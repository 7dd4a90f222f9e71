-- SPDX-License-Identifier: MIT
-- JupyterLab on the project; the address with its token is shown as soon as it is known:
--   cnnrun examples/jupyter.lua -d all
local cnn = require "cnnrun"

return cnn.profile {
	about = "JupyterLab on the project's files",
	options = {
		devices = { short = "d", default = "none", about = "GPUs: 0 | 2,3 | all | none" },
		port = { short = "p", default = 8888, about = "port of this machine" },
	},
	setup = function(c, opt)
		c:image "quay.io/jupyter/pytorch-notebook:latest"
		c:user "host"
		c:home ".jupyter-home"
		c:mount(".", "/work"):workdir "/work"
		c:gpus(opt.devices)
		c:port { host = opt.port, container = 8888 }
		c:shm "2g"
		c:command("jupyter", "lab", "--ip=0.0.0.0", "--no-browser")
		local shown = false
		c:on("log", function(e)
			local token = not shown and e.line:match "token=(%x+)"
			if token then
				shown = true
				print(("open http://127.0.0.1:%d/lab?token=%s"):format(opt.port, token))
			end
		end)
	end,
}
