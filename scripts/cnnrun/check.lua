-- SPDX-License-Identifier: MIT
--- Checking what a profile passes in. Misuse is raised at the profile's own line, with the
--- name of what was called, the bad value, and what is allowed.
---
--- A checker is a function (value, what) that returns the value, normalised, or fails.
local refusal = require "cnnrun.refusal"

local check = {}

local Misuse = {}

--- Fails with a text; `check.api` puts the place and the caller's name before it.
function check.fail(text, ...)
	error(setmetatable({ text = text:format(...) }, Misuse), 0)
end

--- "gui.lua:12" of a function up the stack (1 = the caller of this), nil when it is none
--- of the profile's: `return c:mount(...)` leaves no line behind.
function check.where(level)
	local _, place = pcall(error, "", level + 2)
	place = place:match("^(.+:%d+): $")
	if place and not place:find("^cnnrun/") then return place end
	return nil
end

local function raise(name, problem)
	if getmetatable(problem) == Misuse then
		local place = check.where(3) -- from here: the wrapper, the profile
		problem = ("%s%s: %s"):format(place and place .. ": " or "", name, problem.text)
	end
	error(problem, 0)
end

--- A misuse's text with the line that does what was meant, where that is known.
local function answered(name, text, ...)
	local why = refusal.of(...)
	if why then return "it is given nil, for " .. why end
	local line = require "cnnrun.mistakes"(name, ...)
	if not line then return text end
	return ("%s: write %s"):format(text:gsub("[;:,] [^;:]*write .*$", ""), line)
end

--- Wraps fn so that misuse is raised at the line that called the wrapper.
function check.api(name, fn)
	return function(...)
		local r = table.pack(pcall(fn, ...))
		if not r[1] then
			if getmetatable(r[2]) == Misuse then r[2].text = answered(name, r[2].text, ...) end
			raise(name, r[2])
		end
		refusal.note(name, table.unpack(r, 2, r.n))
		return table.unpack(r, 2, r.n)
	end
end

--- Calls fn; nil and the text when it failed by misuse.
function check.try(fn, ...)
	local r = table.pack(pcall(fn, ...))
	if r[1] then return table.unpack(r, 2, r.n) end
	if getmetatable(r[2]) == Misuse then return nil, r[2].text end
	error(r[2], 0)
end

--- A value as a message shows it.
function check.show(v)
	if type(v) == "string" then
		if #v > 60 then v = v:sub(1, 57) .. "..." end
		return '"' .. v .. '"'
	elseif v == nil then
		return "nothing"
	elseif type(v) == "number" or type(v) == "boolean" then
		return tostring(v)
	end
	return "a " .. type(v)
end

local show, fail = check.show, check.fail

--- " (did you mean …?)" or "".
function check.hint(name, known)
	local guess = require "cnnrun.near"(name, known) -- read only when something is wrong
	return guess and (" (did you mean %s?)"):format(guess) or ""
end

--- The keys of a table as "a, b, c".
function check.names(known)
	local list = {}
	for key in pairs(known) do list[#list + 1] = key end
	table.sort(list)
	return table.concat(list, ", ")
end

function check.text(v, what)
	if type(v) ~= "string" then fail("%s must be a string, not %s", what, show(v)) end
	if v:find("\0", 1, true) then fail("%s must not hold a NUL byte", what) end
	return v
end

--- Not empty, on one line.
function check.string(v, what)
	check.text(v, what)
	if v == "" then fail("%s must not be empty", what) end
	if v:find("[\r\n]") then fail("%s must be one line", what) end
	return v
end

local SWITCHES = {
	yes = "true", on = "true", ["true"] = "true", ["1"] = "true",
	no = "false", off = "false", ["false"] = "false", ["0"] = "false",
}

function check.boolean(v, what)
	if type(v) ~= "boolean" then
		local word = SWITCHES[tostring(v):lower()]
		fail("%s must be true or false, not %s%s", what, show(v), word and ": write " .. word or "")
	end
	return v
end

--- A whole number; 2.0 is one too.
function check.integer(v, what)
	local n = type(v) == "number" and math.tointeger(v)
	if not n then fail("%s must be a whole number, not %s", what, show(v)) end
	return n
end

function check.number(v, what)
	if type(v) ~= "number" then fail("%s must be a number, not %s", what, show(v)) end
	return v
end

local UNITS = { [""] = 0, b = 0, k = 10, m = 20, g = 30, t = 40 }

--- Bytes: a whole number, or text as "512m", "1.5g", "64KiB".
function check.size(v, what)
	local n, unit
	if type(v) == "string" then
		n, unit = v:lower():match("^(%d+%.?%d*)%s*([bkmgt]?)i?b?$")
		n = tonumber(n)
	else
		n, unit = math.tointeger(v) and type(v) == "number" and v or nil, ""
	end
	local bytes = n and math.tointeger(math.floor(n * (1 << UNITS[unit])))
	if not bytes or bytes < 1 then
		fail('%s must be a size as "512m" or "1g", or a number of bytes, not %s', what, show(v))
	end
	return bytes
end

local TIMES = { ms = 0.001, s = 1, m = 60, h = 3600, d = 86400, [""] = 1 }

--- Seconds, of a number or of text as "500ms", "2s", "1m".
function check.time(v, what)
	local n, unit = v, ""
	if type(v) == "string" then
		n, unit = v:match "^(%d+%.?%d*)(%l*)$"
		n = tonumber(n)
	end
	if type(n) ~= "number" or not TIMES[unit] or n <= 0 then
		fail('%s must be a time as "500ms", "2s" or "1m", or a number of seconds, not %s', what, show(v))
	end
	return n * TIMES[unit]
end

--- A checker for one of the given words.
function check.one_of(...)
	local words, known = { ... }, {}
	for _, w in ipairs(words) do known[w] = true end
	return function(v, what)
		if type(v) ~= "string" or not known[v] then
			fail("%s must be %s, not %s%s", what, table.concat(words, " | "), show(v),
				check.hint(v, known))
		end
		return v
	end
end

local carried = check.one_of("always", "elsewhere", "never")

--- A checker of mounts' and homes': true is "always".
function check.carry(v, what)
	if type(v) == "boolean" then return v and "always" or nil end
	return carried(v, what)
end

--- A checker for names by pattern, with an example for the message.
function check.like(pattern, example)
	return function(v, what)
		check.string(v, what)
		if not v:find(pattern) then fail("%s must be %s, not %s", what, example, show(v)) end
		return v
	end
end

--- Marks a list, so that it stays one when it is empty.
local List = { __jsontype = "array" }
function check.as_list(t)
	return setmetatable(t, List)
end

--- A checker for lists of what `item` accepts; one string stands for a list of it.
function check.list_of(item)
	return function(v, what)
		if type(v) == "string" then v = { v } end
		if type(v) ~= "table" then fail("%s must be a list, not %s", what, show(v)) end
		local out, n = check.as_list {}, 0
		for _ in pairs(v) do n = n + 1 end
		for i, x in ipairs(v) do out[i] = item(x, ("%s[%d]"):format(what, i)) end
		if n ~= #out then fail("%s must be a list without holes or names", what) end
		return out
	end
end

--- Text for a value of an environment or a label: numbers and booleans as they print.
function check.value(v, what)
	if type(v) == "number" or type(v) == "boolean" then return tostring(v) end
	return check.text(v, what)
end

--- A checker for tables of names and values.
function check.map_of(value)
	return function(v, what)
		if type(v) ~= "table" then fail("%s must be a table, not %s", what, show(v)) end
		local out = {}
		for k, x in pairs(v) do
			check.string(k, ("a name in %s"):format(what))
			out[k] = value(x, ("%s.%s"):format(what, k))
		end
		return out
	end
end

local function familiar_key(key, fields)
	return require "cnnrun.familiar".key(key, fields)
end

--- A table with known keys only: fields maps each to its checker. Returns a new table.
--- answer(key) may say what to write for an unknown one.
function check.fields(t, fields, what, answer)
	if t == nil then return {} end
	if type(t) ~= "table" then
		fail("%s must be a table { %s }, not %s", what or "the last argument",
			check.names(fields), show(t))
	end
	local out = {}
	for key, v in pairs(t) do
		if not fields[key] then
			local line = (answer or familiar_key)(key, fields)
			if line then fail("unknown key %s: %s", show(key), line) end
			fail("unknown key %s%s; known are %s", show(key), check.hint(key, fields),
				check.names(fields))
		end
		out[key] = fields[key](v, key)
	end
	return out
end

--- A text that a shell or compose would put something into: a profile does not.
function check.plain(v, what)
	check.string(v, what)
	if v:find "^~" or v:find "%$[%u_{(]" then
		local written = require "cnnrun.written"
		local part = written.shells(v)
		if part then
			fail("%s %s: %s is the shell's; write %s", what, show(v), show(part), written.instead(v))
		end
	end
	return v
end

--- Calls fn with v, or with each item of a list.
function check.each(v, fn)
	if type(v) ~= "table" or v[1] == nil then return fn(v) end
	for _, item in ipairs(check.list_of(function(x) return x end)(v, "the list")) do fn(item) end
end

--- Nothing may follow the arguments a verb takes.
function check.no_more(...)
	if select("#", ...) > 0 then
		fail("too many arguments, the first too much is %s", show((...)))
	end
end

--- A path in the container, without a trailing slash.
function check.target(v, what)
	local path = check.plain(v, what):gsub("/+", "/"):gsub("(.)/$", "%1")
	return path
end

--- A path of the host: absolute, or relative to the project.
check.source = check.plain

return check
