-- SPDX-License-Identifier: MIT
-- A script for the benchmark: so many containers of two seconds, at once.
local cnn = require "cnnrun"

return cnn.profile {
	about = "What the benchmark has run at once",
	action = "none",
	options = { times = { default = 1, about = "how many" } },
	setup = function(c, opt)
		local handles = {}
		c:image "busybox"
		c:command { "sleep", "2" }
		for i = 1, opt.times do handles[i] = assert(cnn.start(c, { capture = true })) end
		for _, r in ipairs(cnn.all(handles)) do assert(r.code == 0) end
	end,
}
