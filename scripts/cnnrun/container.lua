-- SPDX-License-Identifier: MIT
--- The object that setup is given: every verb is a method of it and returns it again.
local check = require "cnnrun.check"
local recipe = require "cnnrun.recipe"
local verbs = require "cnnrun.verbs"

local container = {}

local Container = { __name = "container" }
local methods = {}
local recipes = setmetatable({}, { __mode = "k" })

local function method(name, verb)
	local label = "c:" .. name
	return check.api(label, function(c, ...)
		local r = recipes[c]
		if not r then check.fail("call it with a colon, as in %s(...)", label) end
		r.here = r.place or check.where(4) -- from here: pcall, the wrapper, the profile
		verb(r, ...)
		return c
	end)
end

--- Verbs are read when they are first used: most profiles need a few of many.
local function load(name)
	local from = verbs[name]
	if type(from) == "table" then
		methods[name] = method(name, require "cnnrun.verb.plain"(name, from, verbs))
	elseif from then
		for key, verb in pairs(require("cnnrun.verb." .. from)) do methods[key] = method(key, verb) end
	end
	return methods[name]
end

function Container.__index(_, name)
	local found = methods[name] or load(name)
	if found then return found end
	local line = require "cnnrun.familiar".verb(name)
	error(("c:%s: %s"):format(tostring(name), line or "no such verb" .. check.hint(name, verbs)), 2)
end

function Container.__newindex(_, name)
	error(("c.%s: verbs are called, as in c:%s(...)"):format(tostring(name), tostring(name)), 2)
end

--- service: its name beside the main container, which has none.
function container.new(service)
	local c = setmetatable({}, Container)
	recipes[c] = recipe.new(service)
	return c
end

--- The recipe behind a container; nil when c is none.
function container.recipe(c)
	return recipes[c]
end

return container
