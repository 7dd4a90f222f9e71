-- SPDX-License-Identifier: MIT
--- What the outside world could not do or tell: nil, message, code. A profile that takes no
--- notice of it meets the nil later.
local refusal = {}

local last -- what the last call gave nil for

--- The message, where values end in such three.
function refusal.of(...)
	local n = select("#", ...)
	if n < 3 then return nil end
	local value, message, code = select(n - 2, ...)
	return value == nil and type(message) == "string" and math.type(code) == "integer" and message
end

--- These are what the call of that name returns.
function refusal.note(name, ...)
	local why = refusal.of(...)
	last = why and ("%s gave nil, for %s"):format(name, why)
end

--- An error of Lua's own about a nil, with why there was none.
function refusal.explained(message)
	local about_nil = last and type(message) == "string" and message:find "attempt to .*%f[%a]nil%f[%A]"
	return about_nil and ("%s; %s"):format(message, last) or message
end

return refusal
