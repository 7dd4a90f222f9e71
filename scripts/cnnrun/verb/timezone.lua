-- SPDX-License-Identifier: MIT
--- c:timezone("host" | "Europe/Berlin"): local time in the container.
local check = require "cnnrun.check"

local is_zone = check.like("^%a[%w_+-]*[%w_+/-]*$", '"host" or a zone as "Europe/Berlin"')

local function timezone(r, zone, ...)
	check.no_more(...)
	r:set("timezone", is_zone(zone, "the zone"))
end

return { timezone = timezone }
