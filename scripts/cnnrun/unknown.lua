-- SPDX-License-Identifier: MIT
--- What a run would have answered, where it is only noted: nobody knows. Whatever a script
--- does with such a value goes on, or ends what can be foreseen; it never becomes a value
--- that looks like a known one.
local check = require "cnnrun.check"
local door = require "cnnrun.door"

local unknown = {}

local Unknown = { __name = "unknown", __metatable = "unknown" }
local all = setmetatable({}, { __mode = "k" })
local first, born -- the line from which on it depends on what runs; that which runs it
local uses = 0
local USES_MAX = 10000 -- a loop that waits for one to change

local function place()
	for level = 2, 30 do
		local at = check.where(level)
		if at then return at end
	end
end

local function use()
	first = first or place() or "?"
	uses = uses + 1
	if uses > USES_MAX then error("what follows depends on what runs", 0) end
end

--- Functions that take strings and numbers take these as well.
local function adapt(library)
	for name, fn in pairs(library) do
		if type(fn) == "function" then
			library[name] = function(...)
				for i = 1, select("#", ...) do
					if all[(select(i, ...))] then return unknown.new() end
				end
				return fn(...)
			end
		end
	end
end

local adapted

--- A value that is not known.
function unknown.new()
	if not adapted then
		adapted = true
		for _, library in ipairs { string, math, utf8 } do adapt(library) end
		local basics = { tonumber = tonumber, tostring = tostring }
		adapt(basics)
		for name, fn in pairs(basics) do _G[name] = fn end
		_G.print = function() end -- what is said from here on is made up
	end
	born = born or place() or "?"
	local u = setmetatable({}, Unknown)
	all[u] = true
	return u
end

--- The same, as what an operation on another one gives.
local function derive()
	use()
	return unknown.new()
end

for _, name in ipairs { "add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor",
	"bxor", "shl", "shr", "bnot", "concat", "len" } do
	Unknown["__" .. name] = derive
end

local function no()
	use()
	return false
end
Unknown.__eq, Unknown.__lt, Unknown.__le = no, no, no

--- A list of them has one item.
function Unknown.__index(_, key)
	use()
	if math.type(key) == "integer" and key > 1 then return nil end
	return unknown.new()
end

function Unknown.__newindex() use() end

--- A call; or a turn of a loop, which has one.
function Unknown.__call(_, ...)
	use()
	if select("#", ...) ~= 2 or (...) ~= nil then return unknown.new() end
	if select(2, ...) ~= nil then return nil end
	return unknown.new(), unknown.new()
end

function Unknown.__pairs(u)
	use()
	return u, nil, nil
end

function Unknown.__tostring() return "unknown" end

--- Does anybody know v?
function unknown.is_known(v)
	if all[v] then use() end
	return not all[v]
end

--- Where the first of them was used; nil: none was. failed: then a script that does not use it
--- either may have failed of it.
function unknown.first(failed) return first or failed and born or nil end

door.unknown = unknown -- for the dialogue, which most profiles have without it
return unknown
