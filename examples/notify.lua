-- SPDX-License-Identifier: MIT
-- Reacts to a running container: says when it started, counts what it prints, and leaves a
-- note of how it ended.
local shell = require "profiles.shell"
local cnn = require "cnnrun"

return cnn.profile {
	about = "A shell that tells how long its output was and how it ended",
	options = shell.options,
	setup = function(c, opt)
		shell.setup(c, opt)
		local lines = 0
		c:on("start", function() print "it runs" end)
		c:on("log", function() lines = lines + 1 end)
		c:on("exit", function(e)
			print(("ended with status %d after %d lines"):format(e.code, lines))
		end)
	end,
}
