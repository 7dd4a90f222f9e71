-- SPDX-License-Identifier: MIT
--- What the verbs of one container have asked for so far, and the line that asked; it
--- becomes the plan.
local recipe = {}
recipe.__index = recipe

local check = require "cnnrun.check"

local LISTS = {
	mounts = true, env_pass = true, env_secret = true, env_files = true, ports = true, dns = true,
	ulimits = true, devices = true, cap_add = true, cap_drop = true, security_opt = true,
}
local MAPS = { env = true, extra_hosts = true, labels = true, sysctls = true }

function recipe.new()
	local self = { here = nil, values = {}, at = {}, lists = {}, maps = {} }
	for key in pairs(LISTS) do self.lists[key] = {} end
	for key in pairs(MAPS) do self.maps[key] = {} end
	return setmetatable(self, recipe)
end

--- A single value; nil takes it back.
function recipe:set(key, value)
	self.values[key] = value
	self.at[key] = value ~= nil and self.here or nil
end

function recipe:get(key)
	return self.values[key]
end

function recipe:add(key, item)
	local list = self.lists[key]
	list[#list + 1] = { item = item, at = self.here }
end

--- Takes back the items for which test(item) is true; returns how many.
function recipe:drop(key, test)
	local list, kept = self.lists[key], {}
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
	self.maps[key][name] = value
	self.at[key] = next(self.maps[key]) and self.here or nil
end

--- The plan as plain data, with "at": where each part was asked for.
function recipe:plan(about)
	local plan, at = { version = 1, about = about }, {}
	for key, value in pairs(self.values) do plan[key] = value end
	for key, place in pairs(self.at) do at[key] = place end
	for key, list in pairs(self.lists) do
		if #list > 0 then plan[key] = check.as_list {} end
		for i, entry in ipairs(list) do
			plan[key][i] = entry.item
			at[("%s/%d"):format(key, i - 1)] = entry.at
		end
	end
	for key, map in pairs(self.maps) do
		if next(map) then
			plan[key] = {}
			for name, value in pairs(map) do plan[key][name] = value end
		end
	end
	if next(at) then plan.at = at end
	return plan
end

return recipe
