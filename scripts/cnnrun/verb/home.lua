-- SPDX-License-Identifier: MIT
--- c:home("docker/home", { target = "/home/me" }): a directory of the project is the user's
--- home, so that histories and settings stay.
local check = require "cnnrun.check"

local function home(r, source, opts, ...)
	check.no_more(...)
	local h = check.fields(opts, { target = check.target })
	h.source = check.source(source, "the directory")
	r:set("home", h)
end

return { home = home }
