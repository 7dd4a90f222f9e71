-- SPDX-License-Identifier: MIT
--- What a converter makes of a file: a list of calls { VERB, ARGUMENT…, at =, comment = }, which
--- are carried out here, or written as a profile by cnnrun.from.write. A service has its own:
--- { "service", NAME, calls = { … } }. One without a verb is a comment.
local container = require "cnnrun.container"

local calls = {}

local function call(c, one)
	local verb = one[1]
	if verb == "service" then
		c:service(one[2], function(s) calls.run(s, one.calls) end)
	else
		c[verb](c, table.unpack(one, 2))
	end
end

--- An error of a verb stands where the file asked for it.
local function placed(why, at)
	if type(why) ~= "string" or not at then return why end
	return why:find(at, 1, true) == 1 and why or ("%s: %s"):format(at, (why:gsub("^[^ ]+:%d+: ", "")))
end

--- Carries them out on a container.
function calls.run(c, list)
	local r = container.recipe(c)
	for _, one in ipairs(list) do
		if one[1] then
			local outer = r.place
			r.place = one.at or outer
			local ok, why = pcall(call, c, one)
			r.place = outer
			if not ok then error(placed(why, one[1] ~= "service" and one.at or nil), 0) end
		end
	end
end

return calls
