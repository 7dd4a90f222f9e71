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
		-- anew each time; --resume after it is what counts
		local words = { "cnntrain", "--overwrite" }
		if opt.gui then
			c:display()
			table.insert(words, "--gui")
		end
		c:entrypoint(words)
		c:mount("/usr/share/datasets", "/usr/share/datasets", { readonly = true, optional = true })
		c:command {}
	end,
}
