-- SPDX-License-Identifier: MIT
--- A program and its words: as a list, or as arguments.
local check = require "cnnrun.check"

local words = check.list_of(check.value)

local function list(what, first, ...)
	if type(first) == "table" then
		check.no_more(...)
		return words(first, what)
	end
	if select("#", ...) == 0 and type(first) == "string" and first:find "%S%s+%S" then
		check.fail("%s is one word with blanks in it", check.show(first))
	end
	local all = { first, ... }
	for i = 1, select("#", ...) + 1 do check.value(all[i], ("word %d"):format(i)) end
	return words(all, what)
end

--- What runs in the container.
--- Forms: `c:command { "sh", "-c", "date" }`, `c:command("sh", "-c", "date")`
--- Default: the image's
---@param first string|(string|number)[]
---@param ... string|number
local function command(r, first, ...)
	r:set("command", list("the command", first, ...))
end

--- The program that gets the command as its arguments.
--- Forms: `c:entrypoint { "cnntrain" }`, `c:entrypoint("torchrun", "--standalone")`
--- Default: the image's
---@param first string|(string|number)[]
---@param ... string|number
local function entrypoint(r, first, ...)
	r:set("entrypoint", list("the entrypoint", first, ...))
end

return { command = command, entrypoint = entrypoint }
