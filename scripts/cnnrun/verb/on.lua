-- SPDX-License-Identifier: MIT
--- c:on("start" | "log" | "exit", fn): fn(data) is called while the container runs:
--- start { id = }, log { stream = "stdout" | "stderr", line = }, exit { code = }.
local check = require "cnnrun.check"

local event_name = check.one_of("start", "log", "exit")

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
