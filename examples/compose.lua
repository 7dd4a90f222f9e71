-- SPDX-License-Identifier: MIT
-- Profiles compose as functions do: the installed gui.lua, the team's settings, and then
-- what is different here.
local gui = require "profiles.gui"
local team = require "lib.team"
local cnn = require "cnnrun"

return cnn.profile {
	about = "The usual shell with a display, the team's way",
	options = gui.options,
	setup = function(c, opt)
		gui.setup(c, opt)
		team.settings(c)
		c:mount("/srv/datasets", "/datasets", { readonly = true, optional = true })
		c:shm "4g" -- instead of what gui.lua asks for
		c:limit { memory = "32g" }
		c:audio { optional = true }
	end,
}
