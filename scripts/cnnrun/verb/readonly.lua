-- SPDX-License-Identifier: MIT
--- c:readonly(true): the container's root file system cannot be written.
local check = require "cnnrun.check"

local function readonly(r, on, ...)
	check.no_more(...)
	r:set("readonly_rootfs", on == nil or check.boolean(on, "the switch"))
end

return { readonly = readonly }
