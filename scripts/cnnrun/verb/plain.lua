-- SPDX-License-Identifier: MIT
--- Verbs without forms of their own, by their row in cnnrun.verbs:
--- { value = checker, what } sets one value, { item = checker, what } adds to a list,
--- { named = checker, what, of_what } sets a named value, { back = verb } takes one of
--- these back; default stands for an argument that is left out.
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
		r:include(key, row.item(v, row[1]))
	end
end

function plain.named(key, row)
	return function(r, name, v, ...)
		check.no_more(...)
		r:put(key, check.string(name, row[1]), row.named(given(v, row), row[2]))
	end
end

function plain.back(_, row, verbs)
	local key = row.back
	local of = verbs[key]
	return function(r, v, ...)
		check.no_more(...)
		if of.named then
			r:put(key, check.string(v, of[1]), nil)
		else
			v = of.item(v, of[1])
			r:drop(key, function(old) return old == v end)
		end
	end
end

--- The verb of a row.
return function(key, row, verbs)
	for kind, make in pairs(plain) do
		if row[kind] then return make(key, row, verbs) end
	end
end
