-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"
local shell = require "profiles.shell"

local options = {
	display = {
		default = "auto",
		choices = { "auto", "cookie", "xhost" },
		about = "how the X server lets the container in",
	},
}
for name, option in pairs(shell.options) do options[name] = option end

return cnn.profile {
	about = "A shell with GPU and GUI access in the project's image, as you",
	options = options,
	setup = function(c, opt)
		shell.setup(c, opt)
		c:display(opt.display) -- auto is the least access that works: a cookie first
	end,
}
