-- SPDX-License-Identifier: MIT
--- c:label("key", "value"): a label of the container. c:unlabel("key") takes it back.
local check = require "cnnrun.check"

local function label(r, key, value, ...)
	check.no_more(...)
	r:put("labels", check.string(key, "the key"),
		value == nil and "" or check.value(value, "the value"))
end

local function unlabel(r, key, ...)
	check.no_more(...)
	r:put("labels", check.string(key, "the key"), nil)
end

return { label = label, unlabel = unlabel }
