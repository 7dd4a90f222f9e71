-- SPDX-License-Identifier: MIT
--- Verbs without forms of their own, by their row in cnnrun.verbs:
--- { value = checker, what } sets one value, { item = checker, what } adds to a list one or
--- several, { named = checker, what, of_what } sets a named value or a table of them,
--- { back = verb } takes these back; default stands for an argument that is left out.
local check = require "cnnrun.check"

local plain = {}

local function given(v, row)
	if v == nil then return row.default end
	return v
end

function plain.value(key, row)
	return function(r, v, ...)
		check.no_more(...)
		r:set(key, row.value(given(v, row), row[1]))
	end
end

function plain.item(key, row)
	return function(r, v, ...)
		check.no_more(...)
		check.each(v, function(item) r:include(key, row.item(item, row[1])) end)
	end
end

function plain.named(key, row)
	local function put(r, name, v)
		check.string(name, row[1])
		if v == nil and name:find("=", 1, true) then
			check.fail("%s is no %s", check.show(name), (row[1]:gsub("^the ", "")))
		end
		r:put(key, name, row.named(given(v, row), row[2]))
	end
	return function(r, name, v, ...)
		check.no_more(...)
		if type(name) ~= "table" then return put(r, name, v) end
		if v ~= nil then check.fail("after a table nothing may follow") end
		for each, value in pairs(name) do put(r, each, value) end
	end
end

function plain.back(_, row, verbs)
	local key = row.back
	local of = verbs[key]
	return function(r, v, ...)
		check.no_more(...)
		check.each(v, function(one)
			if of.named then
				r:put(key, check.string(one, of[1]), nil)
			else
				one = of.item(one, of[1])
				r:drop(key, function(old) return old == one end)
			end
		end)
	end
end

--- The verb of a row.
return function(key, row, verbs)
	for kind, make in pairs(plain) do
		if row[kind] then return make(key, row, verbs) end
	end
end
