-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local words = check.list_of(check.value)
local FIELDS = { user = check.one_of("root") }

---@class cnnrun.PrepareOptions
---@field user? "root" else who the box runs as

--- What is done once in a new box, one call after the other; when one fails there is no box.
--- Text is for the shell.
--- Forms: `c:prepare { "pip", "install", "-e", "." }`, `c:prepare("apt-get update", { user = "root" })`
---@param command string|(string|number)[]
---@param opts? cnnrun.PrepareOptions
local function prepare(r, command, opts, ...)
	check.no_more(...)
	if type(command) == "string" then command = { "sh", "-c", check.text(command, "the command") } end
	local list = words(command, "the command")
	if #list == 0 then check.fail("the command must not be empty") end
	r:add("prepare", { command = list, user = check.fields(opts, FIELDS).user })
end

--- Takes back all that was to be done in a new box.
--- Forms: `c:unprepare()`
local function unprepare(r, ...)
	check.no_more(...)
	r:drop("prepare", function() return true end)
end

return { prepare = prepare, unprepare = unprepare }
