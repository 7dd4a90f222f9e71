-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

---@class cnnrun.VolumeOptions
---@field readonly? boolean

--- Storage that the engine keeps by name.
--- Forms: `c:volume("cache", "/var/cache")`,
--- `c:volume("cache", "/var/cache", { readonly = true })`; `c:unmount "/var/cache"`
---@param name string
---@param target string
---@param opts? cnnrun.VolumeOptions
local function volume(r, name, target, opts, ...)
	check.no_more(...)
	local m = check.fields(opts, { readonly = check.boolean })
	m.type = "volume"
	m.source = check.plain(name, "the volume")
	if m.source:find "^[/.]" then check.fail("%s is a path, not a volume", check.show(name)) end
	m.target = check.target(target, "target")
	r:replace("mount", m, "target")
end

return { volume = volume }
