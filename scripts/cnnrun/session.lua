-- SPDX-License-Identifier: MIT
--- The dialogue with the host, from the profile's value to its last event. The host's
--- answer to "describe" is the options, its answer to "plan" the first event.
local check = require "cnnrun.check"
local container = require "cnnrun.container"
local door = require "cnnrun.door"
local options = require "cnnrun.options"
local profile = require "cnnrun.profile"
local refusal = require "cnnrun.refusal"

local session = {}

--- Keeps the traceback of what fails.
local try = door.try or pcall

--- Globals that a profile has not say so, and what to write.
function session.open()
	setmetatable(_G, { __index = function(_, name) return require "cnnrun.missing".stand_in(name) end })
end

--- Runs setup with what the user gave; returns the plan, the handlers by event, and the line
--- from which on it depends on what runs; true: there was no going on from there.
function session.plan(p, given)
	local opt, problem = check.try(options.apply, p.options, given or {})
	if not opt then return nil, problem end
	local c = container.new()
	local ok, why = try(p.setup, c, opt)
	local cut = door.unknown and door.unknown.first(not ok)
	if not ok and not cut then error(refusal.explained(why), 0) end
	local r = container.recipe(c)
	return r:plan(p.about), r.handlers or {}, cut, not ok
end

local function listen(handlers, event)
	while type(event) == "table" do
		for _, handler in ipairs(handlers[event.event] or {}) do handler(event.data) end
		event = door.call("done")
	end
end

function session.serve(p)
	if not profile.is(p) then
		error(("a profile ends with `return cnn.profile { ... }`; this one returned %s")
			:format(check.show(p)), 0)
	end
	local given = door.call("describe", profile.describe(p))
	local plan, handlers, cut, broken = session.plan(p, given or {})
	if not plan then
		door.call("fail", { kind = "usage", message = handlers })
		return
	end
	local on = check.as_list {}
	for event in pairs(handlers) do on[#on + 1] = event end
	listen(handlers, door.call("plan", { plan = plan, on = on, cut = cut, broken = broken }))
end

return session
