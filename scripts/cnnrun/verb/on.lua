-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local event_name = check.one_of("start", "log", "exit")

---@class cnnrun.Event
---@field id? string start: the container
---@field stream? "stdout"|"stderr" log
---@field line? string log: one line, without its end
---@field code? integer exit: the status

--- Calls a function while the container runs.
--- Forms: `c:on("start", function() end)`, `c:on("log", function(e) print(e.line) end)`,
--- `c:on("exit", function(e) print(e.code) end)`
---@param event "start"|"log"|"exit"
---@param handler fun(e: cnnrun.Event)
local function on(r, event, handler, ...)
	check.no_more(...)
	event_name(event, "the event")
	if type(handler) ~= "function" then
		check.fail("the handler must be a function, not %s", check.show(handler))
	end
	r.handlers = r.handlers or {}
	r.handlers[event] = r.handlers[event] or {}
	table.insert(r.handlers[event], handler)
end

return { on = on }
