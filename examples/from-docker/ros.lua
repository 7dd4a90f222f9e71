-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

return cnn.profile {
	about = "ROS 2 development, with rviz on your screen",
	options = {
		domain = { default = 0, env = "ROS_DOMAIN_ID", about = "which robots are seen" },
	},
	setup = function(c, opt)
		c:build { dockerfile = "docker/Dockerfile", args = { USERNAME = "ros" } }
		c:user("image", { name = "ros", uid = "host" })
		c:rights "docker" -- sudo inside
		c:mount(".", "/ws"):workdir "/ws"
		c:network "host"
		c:ipc "host"
		c:display()
		c:ssh_agent { optional = true }
		c:device("/dev/input/js*", { optional = true })
		c:env { ROS_DOMAIN_ID = opt.domain, RMW_IMPLEMENTATION = "rmw_cyclonedds_cpp" }
		c:command { "bash" }
	end,
}
