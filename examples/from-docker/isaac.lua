-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

local CACHES = { "cache", "data", "logs" }

return cnn.profile {
	about = "A simulator for robots, with its window and all GPUs",
	setup = function(c)
		c:image "nvcr.io/nvidia/isaac-sim:5.0.0"
		c:user("image", { uid = "host" })
		c:home ".isaac-home"
		c:gpus "all"
		c:display()
		c:network "host"
		for _, name in ipairs(CACHES) do c:volume("isaac-" .. name, "/isaac-sim/" .. name) end
		c:mount(".", "/workspace"):workdir "/workspace"
		c:env { ACCEPT_EULA = "Y", PRIVACY_CONSENT = "Y" }
	end,
}
