-- SPDX-License-Identifier: MIT
-- Training on several GPUs of this machine with torchrun; asks for so many as are wanted
-- and starts one worker for each:
--   cnnrun examples/multi_gpu.lua -g 4 -- train.py --epochs 10
--   cnnrun examples/multi_gpu.lua -g 2 --free     # two that nobody uses, once there are two
local cnn = require "cnnrun"

--- Whole GPUs; parts of one (MIG) cannot be joined.
local function gpu_count()
	local n = 0
	for _, gpu in ipairs(assert(cnn.host.gpus())) do
		if not gpu.mig_of then n = n + 1 end
	end
	return n
end

return cnn.profile {
	about = "Distributed training with torchrun on GPUs of this machine",
	options = {
		gpus = { short = "g", type = "number", about = "how many (default: all there are)" },
		free = { default = false, about = "wait for so many that are free, and have them alone" },
	},
	setup = function(c, opt)
		local n = opt.gpus or gpu_count()
		if n < 1 then error("this machine has no NVIDIA GPU", 0) end
		c:image "pytorch/pytorch:2.3.0-cuda12.1-cudnn8-runtime"
		c:user "host"
		c:home ".cache/home"
		c:mount(".", "/work"):workdir "/work"
		c:mount("/data", "/data", { readonly = true, optional = true })
		c:gpus(opt.free and { count = n, pick = "free", min_free = "16g", wait = true } or { count = n })
		c:shm "8g" -- NCCL and the data loaders' workers
		c:ulimit("memlock", "unlimited")
		c:ulimit("stack", 67108864)
		c:env { OMP_NUM_THREADS = 4, NCCL_DEBUG = "WARN" }
		c:entrypoint("torchrun", "--standalone", "--nproc-per-node", n)
		c:command { "train.py" }
	end,
}
