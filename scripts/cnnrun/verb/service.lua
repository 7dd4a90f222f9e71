-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

--- A container beside this one, which finds it by this name in a network of their own; it ends
--- with this one. A later call adds to what the first has asked for.
--- Forms: `c:service("db", function(s) s:image "postgres:16"; s:ready { port = 5432 } end)`;
--- `c:unservice "db"`
---@param name string
---@param setup fun(s: cnnrun.container)
local function service(r, name, setup, ...)
	check.no_more(...)
	check.like("^%l[%l%d_-]*$", "a name such as db, of small letters, digits, - and _")(name, "the name")
	if type(setup) ~= "function" then
		check.fail("what it is must be a function (s), not %s", check.show(setup))
	end
	if r.service then check.fail("%s is a service itself: only the main container has some", r.service) end
	local container = require "cnnrun.container"
	r.services[name] = r.services[name] or container.new(name)
	local s = r.services[name]
	container.recipe(s).at.service = r.here
	setup(s)
	if container.recipe(s).handlers then check.fail("s:on in %s: events are the main container's", name) end
end

--- Takes back a service.
---@param name string
local function unservice(r, name, ...)
	check.no_more(...)
	r.services[check.string(name, "the name")] = nil
end

return { service = service, unservice = unservice }
