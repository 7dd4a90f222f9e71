-- SPDX-License-Identifier: MIT
--- c:gpus("0" | "2,3" | "all" | "none" | "GPU-<uuid>" | "MIG-<uuid>" | { count = 2 },
--- { optional = true, capabilities = { "compute" } }): NVIDIA GPUs for the container.
local check = require "cnnrun.check"

local capability = check.one_of("gpu", "compute", "utility", "graphics", "video", "display",
	"compat32", "ngx", "all")
local OPTIONS = { optional = check.boolean, capabilities = check.list_of(capability) }
local WITH_COUNT = {
	count = check.integer(1, 1024), optional = check.boolean,
	capabilities = check.list_of(capability),
}
local FORMS = '"0", "2,3", "all", "none", "GPU-<uuid>", "MIG-<uuid>", a list of them, or { count = 2 }'

local function identifier(v)
	if math.type(v) == "integer" and v >= 0 then v = tostring(v) end
	if type(v) == "string" and (v:find("^%d%d?%d?%d?$")
			or v:find("^GPU%-[%x%-]+$") or v:find("^MIG%-[%w%-/]+$")) then
		return v
	end
	check.fail("%s is no GPU; what works is %s", check.show(v), FORMS)
end

local function identifiers(list)
	local ids, seen = check.as_list {}, {}
	for _, v in ipairs(list) do
		local id = identifier(v)
		if seen[id] then check.fail('GPU "%s" is named twice', id) end
		seen[id] = true
		ids[#ids + 1] = id
	end
	if #ids == 0 then check.fail("names no GPU; what works is %s", FORMS) end
	return { select = "ids", ids = ids }
end

local function split(text)
	local list = {}
	for item in (text .. ","):gmatch("%s*(.-)%s*,") do list[#list + 1] = item end
	return list
end

local function selection(which)
	if which == "all" or which == "none" then return { select = which } end
	if type(which) == "string" then return identifiers(split(which)) end
	if type(which) == "number" then return identifiers { which } end
	if type(which) ~= "table" then
		check.fail("needs %s, not %s", FORMS, check.show(which))
	end
	if which.count ~= nil then
		local g = check.fields(which, WITH_COUNT)
		g.select = "count"
		return g
	end
	check.list_of(function(v) return v end)(which, "the list")
	return identifiers(which)
end

local function gpus(r, which, opts, ...)
	check.no_more(...)
	local g = selection(which)
	for key, value in pairs(check.fields(opts, OPTIONS)) do g[key] = value end
	r:set("gpus", g)
end

return { gpus = gpus }
