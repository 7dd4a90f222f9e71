-- SPDX-License-Identifier: MIT
--- c:build{ tag = "demo:latest" }: the container runs an image built from the project.
local check = require "cnnrun.check"

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

local function build(r, t, ...)
	check.no_more(...)
	if type(t) ~= "table" then
		check.fail('needs a table, as in { tag = "demo:latest" }, not %s', check.show(t))
	end
	local b = check.fields(t, FIELDS)
	if not b.tag then check.fail('tag is missing: the name of the image, as in "demo:latest"') end
	r:set("build", b)
	r:set("image", nil)
	r:set("pull", nil)
end

return { build = build }
