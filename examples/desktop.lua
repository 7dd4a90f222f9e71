-- SPDX-License-Identifier: MIT
-- A desktop program from a container: screen, sound, local time, fonts and the user's own
-- settings directory. Wayland where there is one, X11 otherwise.
local cnn = require "cnnrun"

return cnn.profile {
	about = "A program with windows and sound",
	options = {
		image = { required = true, about = "image that holds the program" },
		classic = { type = "boolean", about = "open the X display as `xhost +local:` did" },
	},
	setup = function(c, opt)
		c:image(opt.image)
		c:user "host"
		c:home ".desktop-home"
		c:display { optional = true }
		c:wayland { optional = true }
		c:audio { optional = true }
		if opt.classic then c:xhost "local" end
		c:mount("/usr/share/fonts", "/usr/share/fonts", { readonly = true, optional = true })
		c:timezone "host"
		c:env "LANG"
	end,
}
