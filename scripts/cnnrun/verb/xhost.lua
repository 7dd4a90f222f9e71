-- SPDX-License-Identifier: MIT
--- c:xhost("user" | "local" | "none"): while the container runs, the X server admits this
--- user, or every local user (as `xhost +local:`).
local check = require "cnnrun.check"

local who = check.one_of("user", "local", "none")

local function xhost(r, v, ...)
	check.no_more(...)
	v = v == nil and "user" or who(v, "who is admitted")
	r:set("xhost", v ~= "none" and v or nil)
end

return { xhost = xhost }
