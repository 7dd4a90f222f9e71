-- SPDX-License-Identifier: MIT
--- c:workdir(path): where the command starts.
local check = require "cnnrun.check"

local function workdir(r, path, ...)
	check.no_more(...)
	r:set("workdir", check.target(path, "the directory"))
end

return { workdir = workdir }
