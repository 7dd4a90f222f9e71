-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local project = require "cnnrun.project"

--- The project's directory, in what an image's name may hold, and whose image it is.
local function name_of_project(service)
	local dir = project.dir()
	local name = dir and dir:match("[^/]*$"):lower():gsub("[^a-z0-9]+", "-"):gsub("^%-", ""):gsub("%-$", "")
	if not name then return nil end
	return (name == "" and "project" or name) .. (service and "-" .. service or "") .. ":latest"
end

local FIELDS = {
	tag = check.string,
	context = check.source,
	dockerfile = check.source,
	target = check.string,
	network = check.string,
	platform = check.string,
	base = check.string,
	args = check.map_of(check.value),
	labels = check.map_of(check.value),
	cache_from = check.list_of(check.string),
	pull = check.boolean,
	no_cache = check.boolean,
}

---@class cnnrun.BuildOptions
---@field tag? string the name of the image; the project's unless given
---@field context? string directory, "." unless given
---@field dockerfile? string
---@field target? string stage
---@field network? string
---@field platform? string
---@field base? string passed as build argument BASE_IMAGE
---@field args? table<string, string|number|boolean>
---@field labels? table<string, string|number|boolean>
---@field cache_from? string|string[]
---@field pull? boolean
---@field no_cache? boolean

--- The container runs an image built from the project.
--- Forms: `c:build {}`; also `tag = "demo:latest"`, `context`, `dockerfile`, `target`,
--- `args = {}`, `labels = {}`, `base`, `network`, `platform`, `cache_from`, `pull`, `no_cache`
--- Default: the tag is the name of the project's directory, with a service's name behind it;
--- context `"."`, its `Dockerfile`
---@param opts cnnrun.BuildOptions
local function build(r, opts, ...)
	check.no_more(...)
	if type(opts) ~= "table" then
		check.fail('needs a table, as in { tag = "demo:latest" }, not %s', check.show(opts))
	end
	local b = check.fields(opts, FIELDS)
	b.tag = b.tag or name_of_project(r.service)
	if not b.tag then check.fail('tag is missing: the name of the image, as in "demo:latest"') end
	r:set("build", b)
	r:set("image", nil)
end

return { build = build }
