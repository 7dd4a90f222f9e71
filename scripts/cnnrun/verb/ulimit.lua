-- SPDX-License-Identifier: MIT
--- c:ulimit("nofile", soft, hard): a limit of each process; hard is soft unless given.
local check = require "cnnrun.check"

local name_of = check.one_of("core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue",
	"nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack")

local function value(v, what)
	if v == "unlimited" then return -1 end
	return check.integer(-1)(v, what)
end

local function ulimit(r, name, soft, hard, ...)
	check.no_more(...)
	local u = { name = name_of(name, "the limit"), soft = value(soft, "soft") }
	u.hard = hard == nil and u.soft or value(hard, "hard")
	if u.hard ~= -1 and (u.soft == -1 or u.soft > u.hard) then
		check.fail("soft %s is above hard %s", check.show(soft), check.show(hard))
	end
	r:replace("ulimits", u, "name")
end

return { ulimit = ulimit }
