-- SPDX-License-Identifier: MIT
local cnn = require "cnnrun"
local shell = require "profiles.shell"

return cnn.profile {
	about = "Builds the project's image and runs nothing",
	action = "build",
	options = {
		tag = shell.options.tag,
		no_cache = { type = "boolean", about = "build every step anew" },
		pull = { type = "boolean", about = "look for a newer base image" },
	},
	setup = shell.setup,
}
