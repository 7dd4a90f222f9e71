-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local FIELDS = { pull = check.string }

---@class cnnrun.ImageOptions
---@field pull? "missing"|"always"|"never"

--- The container runs an existing image.
--- Forms: `c:image "debian:12"`, `c:image("debian:12", { pull = "always" })`: `missing`,
--- `always`, `never`
--- Default: pulled when missing
---@param reference string
---@param opts? cnnrun.ImageOptions
local function image(r, reference, opts, ...)
	check.no_more(...)
	local i = check.fields(opts, FIELDS)
	i.reference = check.plain(reference, "the image")
	r:set("image", i)
	r:set("build", nil)
end

return { image = image }
