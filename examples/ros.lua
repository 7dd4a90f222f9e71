-- SPDX-License-Identifier: MIT
-- A robot's tools as if they were installed: the host's network for discovery, its shared
-- memory for transport, its screen for rviz, and a joystick where one is plugged in.
local cnn = require "cnnrun"

return cnn.profile {
	about = "ROS 2 with the host's network and screen",
	options = {
		domain = { default = 0, about = "ROS_DOMAIN_ID" },
		joystick = { default = "/dev/input/js0", about = "device of the joystick" },
	},
	setup = function(c, opt)
		c:image "osrf/ros:humble-desktop"
		c:user("host", { groups = { "input" } })
		c:home ".ros-home"
		c:mount(".", "/ws"):workdir "/ws"
		c:network "host"
		c:ipc "host"
		c:display()
		c:device(opt.joystick, { permissions = "r", optional = true })
		c:env { ROS_DOMAIN_ID = opt.domain, RCUTILS_COLORIZED_OUTPUT = 1 }
		c:command { "bash", "-l" }
	end,
}
