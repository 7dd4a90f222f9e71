-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"
local shell = require "profiles.shell"

return cnn.profile {
	about = "A shell with GPU and GUI access in the project's image, as you",
	options = shell.options,
	setup = function(c, opt)
		shell.setup(c, opt)
		c:display() -- the least access that works: cookie, else xhost for this user
	end,
}
