-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

return cnn.profile {
	about = "Builds and simulates the autopilot; flashes it where a board is plugged in",
	setup = function(c)
		c:image "px4io/px4-dev-ros2-humble:latest"
		c:user("image", { becomes = "host" })
		c:rights "docker" -- its entrypoint is root and becomes LOCAL_USER_ID
		c:env("LOCAL_USER_ID", cnn.host.user().uid)
		c:mount(".", "/src"):workdir "/src"
		c:network "host" -- the ground station finds the simulation
		c:display()
		c:device("/dev/ttyACM*", { optional = true })
		c:command { "bash" }
	end,
}
