-- SPDX-License-Identifier: MIT
--- What the verbs of one container have asked for so far, and the line that asked; it
--- becomes the plan.
local recipe = {}
recipe.__index = recipe

local check = require "cnnrun.check"

--- Values are under their verb's name; where a verb makes several, as in "limit/memory".
function recipe.new(service)
	return setmetatable({
		here = nil, service = service, values = {}, at = {}, lists = {}, maps = {}, services = {},
	}, recipe)
end

--- A single value; nil takes it back.
function recipe:set(key, value)
	self.values[key] = value
	self.at[key] = value ~= nil and self.here or nil
end

function recipe:add(key, item)
	local list = self.lists[key] or {}
	self.lists[key] = list
	list[#list + 1] = { item = item, at = self.here }
end

--- Takes back the items for which test(item) is true; returns how many.
function recipe:drop(key, test)
	local list, kept = self.lists[key] or {}, {}
	for _, entry in ipairs(list) do
		if not test(entry.item) then kept[#kept + 1] = entry end
	end
	self.lists[key] = kept
	return #list - #kept
end

--- Adds an item to a list, in place of one that holds the same value under field.
function recipe:replace(key, item, field)
	self:drop(key, function(old) return old[field] == item[field] end)
	self:add(key, item)
end

--- Adds a string to a list unless it is there.
function recipe:include(key, text)
	self:drop(key, function(old) return old == text end)
	self:add(key, text)
end

--- A named value; nil takes it back.
function recipe:put(key, name, value)
	self.maps[key] = self.maps[key] or {}
	self.maps[key][name] = value
	self.at[key] = next(self.maps[key]) and self.here or nil
end

--- "limit/memory" is memory in limit.
local function put(plan, path, value)
	local outer, key = path:match("^(.+)/(.+)$")
	if not outer then
		plan[path] = value
	else
		plan[outer] = plan[outer] or {}
		plan[outer][key] = value
	end
end

--- A container as plain data, with "at": where each part was asked for.
function recipe:container()
	local main, at = {}, {}
	for key, value in pairs(self.values) do put(main, key, value) end
	for key, place in pairs(self.at) do at[key] = place end
	for key, list in pairs(self.lists) do
		local items = check.as_list {}
		for i, entry in ipairs(list) do
			items[i] = entry.item
			at[("%s/%d"):format(key, i - 1)] = entry.at
		end
		if #items > 0 then put(main, key, items) end
	end
	for key, map in pairs(self.maps) do
		local named = {}
		for name, value in pairs(map) do named[name] = value end
		if next(named) then put(main, key, named) end
	end
	if next(at) then main.at = at end
	return main
end

--- The plan: this container and its services.
function recipe:plan(about)
	local all = { main = self:container() }
	for name, s in pairs(self.services) do
		all[name] = require("cnnrun.container").recipe(s):container()
	end
	return { version = 2, about = about, containers = all }
end

return recipe
