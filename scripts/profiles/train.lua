-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"
local shell = require "profiles.shell"

return cnn.profile {
	about = "Trains the network in the project's image; what follows -- goes to the trainer",
	options = {
		devices = shell.options.devices,
		name = shell.options.name,
		tag = shell.options.tag,
		image = shell.options.image,
		gui = { short = "g", type = "boolean", about = "show the live window on your display" },
	},
	setup = function(c, opt)
		shell.setup(c, opt)
		c:entrypoint { "cnntrain" }
		if opt.gui then
			c:display()
			c:entrypoint { "cnntrain", "--gui" }
		end
		c:mount("/usr/share/datasets", "/usr/share/datasets",
			{ readonly = true, optional = true, carry = "elsewhere" })
		c:command {}
	end,
}
