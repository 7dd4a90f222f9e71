-- SPDX-License-Identifier: MIT
--- c:stop{ signal = "SIGINT", timeout = 10 }: how it is asked to end, and after how many
--- seconds it is ended.
local check = require "cnnrun.check"

local function signal(v, what)
	if math.type(v) == "integer" and v >= 1 and v <= 64 then return tostring(v) end
	return check.like("^[%u%d+-]+$", 'a signal as "SIGINT"')(v, what)
end

local function stop(r, opts, ...)
	check.no_more(...)
	local s = check.fields(opts, { signal = signal, timeout = check.integer(0, 86400) }, "the argument")
	if not next(s) then check.fail("needs { signal = ..., timeout = ... }") end
	if s.signal then r:set("stop_signal", s.signal) end
	if s.timeout then r:set("stop_timeout", s.timeout) end
end

return { stop = stop }
