-- SPDX-License-Identifier: MIT
--- c:entrypoint{ "sh", "-c" } or c:entrypoint("sh", "-c"): the program that gets the command
--- as its arguments.
local check = require "cnnrun.check"

local words = check.list_of(check.value)

local function entrypoint(r, first, ...)
	if type(first) == "table" then
		check.no_more(...)
		r:set("entrypoint", words(first, "the entrypoint"))
		return
	end
	local n = select("#", ...) + 1
	local list = { first, ... }
	for i = 1, n do check.value(list[i], ("word %d"):format(i)) end
	r:set("entrypoint", words(list, "the entrypoint"))
end

return { entrypoint = entrypoint }
