-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

return cnn.profile {
	about = "Trains on two GPUs that nobody else uses; goes on where it was",
	options = {
		gpus = { short = "g", default = 2, about = "how many" },
		data = { default = "/data", env = "DATA_DIR", about = "the data set" },
	},
	setup = function(c, opt)
		c:image "nvcr.io/nvidia/pytorch:24.05-py3"
		c:home ".cache/home"
		c:mount(".", "/workspace"):workdir "/workspace"
		c:mount(opt.data, "/data", { readonly = true })
		c:gpus { count = opt.gpus, pick = "free", min_free = "16g", wait = true }
		c:shm "16g"
		c:ulimit("stack", 67108864)
		c:env "WANDB_API_KEY"
		c:limit { memory = "64g" }
		c:command("torchrun", "--standalone", "--nproc-per-node", opt.gpus, "train.py")
	end,
}
