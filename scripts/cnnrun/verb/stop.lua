-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local function signal(v, what)
	return math.type(v) == "integer" and tostring(v) or check.string(v, what)
end

local FIELDS = { signal = signal, timeout = check.integer }

---@class cnnrun.StopOptions
---@field signal? string|integer
---@field timeout? integer seconds

--- How it is asked to end, and after how many seconds it is ended.
--- Forms: `c:stop { signal = "SIGINT", timeout = 10 }`
--- Default: the image's signal
---@param opts cnnrun.StopOptions
local function stop(r, opts, ...)
	check.no_more(...)
	local s = check.fields(opts, FIELDS, "the argument")
	if not next(s) then check.fail("needs { signal = ..., timeout = ... }") end
	for key, value in pairs(s) do r:set("stop/" .. key, value) end
end

return { stop = stop }
