-- SPDX-License-Identifier: MIT
--- c:image("debian:12", { pull = "always" }): the container runs an existing image.
local check = require "cnnrun.check"

local FIELDS = { pull = check.one_of("missing", "always", "never") }

local function image(r, reference, opts, ...)
	check.no_more(...)
	check.like("^[%w][%w%._%-/:@%[%]]*$", 'the reference of an image, as in "debian:12"')(
		reference, "the image")
	local o = check.fields(opts, FIELDS)
	r:set("image", reference)
	r:set("pull", o.pull)
	r:set("build", nil)
end

return { image = image }
