-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"

return cnn.profile {
	about = "Drives a robot by USB: its controller, its camera, what is plugged in later",
	setup = function(c)
		c:build {}
		c:user("host", { groups = { "plugdev" } })
		c:device("/dev/ttyUSB*", { optional = true })
		c:device("/dev/ttyACM*", { optional = true })
		c:device("/dev/video*", { optional = true })
		c:mount("/dev/bus/usb", "/dev/bus/usb")
		c:device { rule = "c 189:* rmw" } -- USB, whenever it comes
		c:mount("/run/udev", "/run/udev", { readonly = true, optional = true })
		c:mount(".", "/robot"):workdir "/robot"
		c:command { "python3", "drive.py" }
	end,
}
