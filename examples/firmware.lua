-- SPDX-License-Identifier: MIT
-- Hardware at hand: every serial adapter that is plugged in, and the groups that may use
-- them. The image is built with the versions the project pins in a file.
local cnn = require "cnnrun"

return cnn.profile {
	about = "Builds and flashes firmware over a serial adapter",
	options = {
		ports = { type = "list", default = "/dev/ttyUSB0,/dev/ttyACM0", about = "serial devices" },
	},
	setup = function(c, opt)
		local version = (cnn.project.read ".sdk-version" or "5.2"):match "[%d.]+"
		c:build {
			tag = "firmware:" .. version,
			dockerfile = "docker/Dockerfile",
			args = { SDK_VERSION = version },
			target = "tools",
		}
		c:user("host", { groups = { "dialout" } })
		c:home ".sdk-home"
		c:mount(".", "/src"):workdir "/src"
		for _, port in ipairs(opt.ports) do c:device(port, { optional = true }) end
		c:command { "make", "flash" }
	end,
}
