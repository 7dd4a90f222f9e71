-- SPDX-License-Identifier: MIT
--- c:pid("host" | "private"): whose processes the container sees.
local check = require "cnnrun.check"

local mode = check.one_of("host", "private")

local function pid(r, v, ...)
	check.no_more(...)
	r:set("pid", mode(v, "the mode") == "host" and "host" or nil)
end

return { pid = pid }
