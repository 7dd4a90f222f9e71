-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

return cnn.profile {
	about = "Pictures from words, in the browser",
	options = {
		port = { short = "p", default = 7860, env = "WEBUI_PORT", about = "port of this machine" },
		devices = { short = "d", default = "0", about = "GPUs: 0 | 0,1 | all | none" },
	},
	setup = function(c, opt)
		c:build {}
		c:user "host"
		c:home ".webui-home"
		c:env("HF_HOME", cnn.host.user().home .. "/.cache/huggingface")
		c:mount("models", "/app/models", { create = true })
		c:mount("outputs", "/app/outputs", { create = true })
		c:gpus(opt.devices)
		c:port { host = opt.port, container = 7860 }
		c:env("CLI_ARGS", "--listen --medvram")
		c:shm "2g"
	end,
}
