-- SPDX-License-Identifier: MIT
--- c:volume("name", target, { readonly = true }): storage that the engine keeps by name.
local check = require "cnnrun.check"

local is_name = check.like("^%w[%w_.-]+$", 'a name as "cache" (a path goes with c:mount)')

local function volume(r, name, target, opts, ...)
	check.no_more(...)
	local m = check.fields(opts, { readonly = check.boolean })
	m.type = "volume"
	m.source = is_name(name, "the volume")
	m.target = check.target(target, "target")
	r:replace("mounts", m, "target")
end

return { volume = volume }
