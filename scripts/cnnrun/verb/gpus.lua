-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local FORMS = '"0", "2,3", "all", "none", "GPU-<uuid>", "MIG-<uuid>", a list of them, or { count = 2 }'

--- Seconds: true for as long as it takes.
local function time(v, what)
	if type(v) == "boolean" then return v and -1 or 0 end
	local n, unit = tostring(v):match("^(%d+)([smhd]?)$")
	if not n then
		check.fail('%s must be true, a number of seconds, or a time as "90s", "5m" or "2h", not %s',
			what, check.show(v))
	end
	return math.tointeger(n) * ({ s = 1, m = 60, h = 3600, d = 86400 })[unit ~= "" and unit or "s"]
end

local OPTIONS = {
	optional = check.boolean,
	capabilities = check.list_of(check.string),
	runtime = check.boolean,
	vendor = check.string,
}
local function lower(v, what) return check.string(v, what):lower() end

local WITH_COUNT = {
	count = check.integer, pick = check.string, type = lower, min_free = check.size, wait = time,
}
for key, checker in pairs(OPTIONS) do WITH_COUNT[key] = checker end

local function identifier(v)
	if math.type(v) == "integer" then v = tostring(v) end
	if type(v) == "string" and not v:find "^[\"'%-]*%l*=" then return v end
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
	if type(next(which)) == "string" then
		local g = check.fields(which, WITH_COUNT)
		g.select = g.count and "count" or "all"
		return g
	end
	check.list_of(function(v) return v end)(which, "the list")
	return identifiers(which)
end

---@class cnnrun.GpuCount
---@field count? integer all without
---@field type? string in its product's name, "h100"
---@field pick? "free" the least busy ones, held while the container runs
---@field min_free? integer|string memory that each must have free, as "20g"
---@field wait? boolean|integer|string until they are free: true, or at most "5m"
---@field optional? boolean
---@field capabilities? string[]
---@field runtime? boolean
---@field vendor? "nvidia"|"amd"

---@class cnnrun.GpuOptions
---@field optional? boolean
---@field capabilities? string[] of the driver: "compute", "graphics", "video" … or "all"
---@field runtime? boolean by the engine's runtime "nvidia", as on Jetson
---@field vendor? "nvidia"|"amd"

--- GPUs for the container.
--- Forms: `c:gpus "0"`, `c:gpus "2,3"`, `c:gpus "all"`, `c:gpus "none"`,
--- `c:gpus { count = 2 }`, `c:gpus "GPU-<uuid>"`, `c:gpus "MIG-<uuid>"`,
--- `c:gpus { count = 2, type = "h100" }`,
--- `c:gpus { count = 2, pick = "free", min_free = "20g", wait = "5m" }`; options
--- `optional = true`, `capabilities = { "compute" }`, `runtime = true`, `vendor = "amd"`
--- Default: none; the capabilities that the image names and, with a display, all
---@param which string|integer|(string|integer)[]|cnnrun.GpuCount
---@param opts? cnnrun.GpuOptions
local function gpus(r, which, opts, ...)
	check.no_more(...)
	local g = selection(which)
	for key, value in pairs(check.fields(opts, OPTIONS)) do g[key] = value end
	r:set("gpus", g)
end

return { gpus = gpus }
