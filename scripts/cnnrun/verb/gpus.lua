-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local OPTIONS = { optional = check.boolean, capabilities = check.list_of(check.string) }
local WITH_COUNT = {
	count = check.integer, optional = check.boolean, capabilities = OPTIONS.capabilities,
}
local FORMS = '"0", "2,3", "all", "none", "GPU-<uuid>", "MIG-<uuid>", a list of them, or { count = 2 }'

local function identifier(v)
	if math.type(v) == "integer" then v = tostring(v) end
	if type(v) == "string" then return v end
	check.fail("%s is no GPU; what works is %s", check.show(v), FORMS)
end

local function identifiers(list)
	local ids = check.as_list {}
	for _, v in ipairs(list) do ids[#ids + 1] = identifier(v) end
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

---@class cnnrun.GpuCount
---@field count integer
---@field optional? boolean
---@field capabilities? string[]

---@class cnnrun.GpuOptions
---@field optional? boolean
---@field capabilities? string[]

--- NVIDIA GPUs for the container.
--- Forms: `c:gpus "0"`, `c:gpus "2,3"`, `c:gpus "all"`, `c:gpus "none"`,
--- `c:gpus { count = 2 }`, `c:gpus "GPU-<uuid>"`, `c:gpus "MIG-<uuid>"`; options
--- `optional = true`, `capabilities = { "compute" }`
--- Default: none; `compute, utility` and, with a display, `graphics, display`
---@param which string|integer|(string|integer)[]|cnnrun.GpuCount
---@param opts? cnnrun.GpuOptions
local function gpus(r, which, opts, ...)
	check.no_more(...)
	local g = selection(which)
	for key, value in pairs(check.fields(opts, OPTIONS)) do g[key] = value end
	r:set("gpus", g)
end

return { gpus = gpus }
