-- SPDX-License-Identifier: MIT
--- c:detach_keys("ctrl-p,ctrl-q"): the keys that leave a container running.
local check = require "cnnrun.check"

local function detach_keys(r, keys, ...)
	check.no_more(...)
	check.string(keys, "the keys")
	for key in (keys .. ","):gmatch("(.-),") do
		if not (key:find("^ctrl%-[a-z@%[\\%]^_]$") or key:find("^[%a%d]$")) then
			check.fail('the keys must be as "ctrl-p,ctrl-q", not %s', check.show(keys))
		end
	end
	r:set("detach_keys", keys)
end

return { detach_keys = detach_keys }
