-- SPDX-License-Identifier: MIT
--- c:command{ "sh", "-c", "..." } or c:command("sh", "-c", "..."): what runs in the container.
local check = require "cnnrun.check"

local words = check.list_of(check.value)

local function command(r, first, ...)
	if type(first) == "table" then
		check.no_more(...)
		r:set("command", words(first, "the command"))
		return
	end
	local n = select("#", ...) + 1
	local list = { first, ... }
	for i = 1, n do check.value(list[i], ("word %d"):format(i)) end
	r:set("command", words(list, "the command"))
end

return { command = command }
