-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local names = check.list_of(check.string)

--- Of a service: the services that are to be ready before it starts.
--- Forms: `s:after "db"`, `s:after { "db", "cache" }`; `s:unafter "db"`
--- Default: it starts at once
---@param services string|string[]
local function after(r, services, ...)
	check.no_more(...)
	for _, name in ipairs(names(services, "the services")) do r:include("after", name) end
end

--- Takes back that it waits for a service.
---@param service string
local function unafter(r, service, ...)
	check.no_more(...)
	check.string(service, "the service")
	r:drop("after", function(old) return old == service end)
end

return { after = after, unafter = unafter }
