-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

return cnn.profile {
	about = "Detection on the cameras of a Jetson",
	options = { release = { default = "r36.4.0", env = "L4T_VERSION", about = "of its software" } },
	setup = function(c, opt)
		c:image("nvcr.io/nvidia/l4t-jetpack:" .. opt.release)
		c:gpus { runtime = true }
		c:network "host"
		c:display { optional = true }
		c:mount("/tmp/argus_socket", "/tmp/argus_socket", { optional = true })
		c:mount("/run/jtop.sock", "/run/jtop.sock", { optional = true })
		c:mount("/etc/nv_tegra_release", "/etc/nv_tegra_release", { readonly = true, optional = true })
		c:device("/dev/video*", { optional = true })
		c:device("/dev/i2c-*", { optional = true })
		c:mount(".", "/app"):workdir "/app"
		c:command { "python3", "detect.py" }
	end,
}
