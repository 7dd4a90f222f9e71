-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local project = require "cnnrun.project"
local fail, show = check.fail, check.show

--- The project's directory, in what an image's name may hold, and whose image it is.
local function name_of_project(service)
	local dir = project.dir()
	local name = dir and dir:match("[^/]*$"):lower():gsub("[^a-z0-9]+", "-"):gsub("^%-", ""):gsub("%-$", "")
	if not name then return nil end
	return (name == "" and "project" or name) .. (service and "-" .. service or "") .. ":latest"
end

local SECRET = { file = check.source, env = check.string }

--- A file, or the variable that holds it.
local function secret(v, what)
	if type(v) == "string" then return { file = check.source(v, what) } end
	local s = check.fields(v, SECRET, what)
	if (s.file == nil) == (s.env == nil) then
		fail('%s must be the path of a file or { env = "NAME" }, not %s', what, show(v))
	end
	return s
end

local function secrets(v, what)
	local list = {}
	for id, s in pairs(check.map_of(secret)(v, what)) do
		list[#list + 1] = { id = id, file = s.file, env = s.env }
	end
	table.sort(list, function(a, b) return a.id < b.id end)
	return list
end

local FIELDS = {
	tag = check.plain,
	context = check.source,
	dockerfile = check.source,
	target = check.string,
	network = check.string,
	platform = check.string,
	base = check.plain,
	args = check.map_of(check.value),
	labels = check.map_of(check.value),
	cache_from = check.list_of(check.string),
	cache_to = check.string,
	secrets = secrets,
	contexts = check.map_of(check.source),
	ssh = check.boolean,
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
---@field cache_from? string|string[] images of a registry, or directories ("./cache")
---@field cache_to? string an image of a registry, "inline", or a directory ("./cache")
---@field secrets? table<string, string|{ env: string }> what a step may read and no layer holds
---@field contexts? table<string, string> further directories, or images ("docker-image://…"), by their names
---@field ssh? boolean the user's SSH agent, for steps with --mount=type=ssh
---@field pull? boolean
---@field no_cache? boolean

--- The container runs an image built from the project.
--- Forms: `c:build {}`; also `tag = "demo:latest"`, `context`, `dockerfile`, `target`,
--- `args = {}`, `labels = {}`, `base`, `network`, `platform`, `cache_from`,
--- `cache_to`, `pull`, `no_cache`,
--- `secrets = { token = "file" }`, `secrets = { key = { env = "NAME" } }`, `ssh = true`,
--- `contexts = { lib = "../lib" }`
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
