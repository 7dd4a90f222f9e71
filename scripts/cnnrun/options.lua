-- SPDX-License-Identifier: MIT
--- The options of a profile: how they are declared, and how what the user gave becomes what
--- setup receives.
local check = require "cnnrun.check"

local options = {}

local one_of_types = check.one_of("string", "number", "boolean", "list")
local TYPES = { str = "string", text = "string", int = "number", integer = "number",
	float = "number", bool = "boolean", switch = "boolean", flag = "boolean", array = "list",
	table = "list" }

local function is_type(v, what)
	local meant = type(v) == "string" and TYPES[v:lower()]
	if meant then check.fail("%s %s: write %s = \"%s\"", what, check.show(v), what, meant) end
	return one_of_types(v, what)
end

local one_letter = check.like("^[A-Za-gi-z0-9]$", 'one letter other than "h"')

local function letter(v, what)
	local meant = type(v) == "string" and v:match "^%-+(%w)$"
	if meant then check.fail("%s %s: write %s = \"%s\"", what, check.show(v), what, meant) end
	return one_letter(v, what)
end

local function scalar(v, what)
	if type(v) == "string" then return check.text(v, what) end
	if type(v) ~= "number" and type(v) ~= "boolean" then
		check.fail("%s must be a string, a number or a boolean, not %s", what, check.show(v))
	end
	return v
end

local FIELDS = {
	short = letter,
	about = check.string,
	env = check.like("^[A-Za-z_][A-Za-z0-9_]*$", 'a variable, like "HOST_PORT"'),
	type = is_type,
	choices = check.list_of(scalar),
	required = check.boolean,
	default = function(v) return v end,
}

local function split(text)
	local list = check.as_list {}
	for item in text:gmatch("[^,]+") do list[#list + 1] = item end
	return list
end

local convert = {
	string = function(v, what)
		if type(v) == "number" then return tostring(v) end
		return check.text(v, what)
	end,
	number = function(v, what)
		local n = tonumber(v)
		if not n then check.fail("%s must be a number, not %s", what, check.show(v)) end
		return math.tointeger(n) or n
	end,
	boolean = function(v, what)
		local words = { ["true"] = true, yes = true, on = true, ["1"] = true,
			["false"] = false, no = false, off = false, ["0"] = false }
		if type(v) == "boolean" then return v end
		if type(v) ~= "string" or words[v] == nil then
			check.fail("%s must be true or false, not %s", what, check.show(v))
		end
		return words[v]
	end,
	list = function(v, what)
		if type(v) == "string" then v = split(v) end
		return check.list_of(check.text)(v, what)
	end,
}

local function choose(v, choices, what)
	if not choices then return v end
	for _, item in ipairs(type(v) == "table" and v or { v }) do
		local found, known = false, {}
		for i, c in ipairs(choices) do
			found = found or c == item
			known[i] = tostring(c)
		end
		if not found then
			check.fail("%s must be %s, not %s", what, table.concat(known, " | "), check.show(item))
		end
	end
	return v
end

--- ": write …" for a name that is spelt as on a command line, or a list of names.
local function better_name(name, o)
	if type(name) == "number" and type(o) == "string" then name = o end
	if type(name) ~= "string" or not name:find "^%-*%a" then return "" end
	name = name:gsub("^%-+", ""):gsub("%u", string.lower):gsub("[^a-z0-9_]", "_")
	return (": write %s = {}"):format(name)
end

--- The same for an option of which only the default is there.
local function better_table(name, o)
	if type(o) == "string" then o = ("%q"):format(o) end
	if type(o) == "function" then return "" end
	return (": write %s = { default = %s }"):format(name, tostring(o))
end

local function declare(name, o, shorts)
	local what = "option " .. check.show(name)
	if type(name) ~= "string" or not name:find("^[a-z][a-z0-9_]*$") or #name > 40 then
		check.fail("%s: a name is lower-case letters, digits and _%s", what, better_name(name, o))
	end
	if name == "args" or name == "help" or name == "right" then check.fail("%s: the name is taken", what) end
	if type(o) ~= "table" then
		check.fail("%s must be a table, not %s%s", what, check.show(o), better_table(name, o))
	end
	local d, problem = check.try(check.fields, o, FIELDS)
	if not d then check.fail("%s: %s", what, problem) end
	d.type = d.type or (type(d.default) == "boolean" and "boolean")
		or (type(d.default) == "number" and "number")
		or (type(d.default) == "table" and "list") or "string"
	if d.default ~= nil then
		d.default = choose(convert[d.type](d.default, what .. ": default"), d.choices,
			what .. ": default")
		if d.required then check.fail("%s: has a default, so it cannot be required", what) end
	end
	if d.short then
		if shorts[d.short] then
			check.fail("%s: -%s is %s's already", what, d.short, shorts[d.short])
		end
		shorts[d.short] = name
	end
	return d
end

--- Of every profile that was read: one may hand its options on to another.
local known = { args = true }

--- Checks a table of declarations; returns it normalised: every option has its type.
function options.declare(declared)
	if declared == nil then return {} end
	if type(declared) ~= "table" then
		check.fail("options must be a table, not %s", check.show(declared))
	end
	local out, shorts, names = {}, {}, {}
	for name in pairs(declared) do names[#names + 1] = name end
	table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
	for _, name in ipairs(names) do
		out[name] = declare(name, declared[name], shorts)
		known[name] = true
	end
	return out
end

local function flag(name)
	return "--" .. name:gsub("_", "-")
end

--- An option that is not declared is a slip; one that nobody gave is nil.
local function undeclared(declared)
	return { __index = function(_, name)
		if known[name] then return nil end
		local line = next(declared) and "; declared are " .. check.names(declared) or ""
		error(("opt.%s: no such option%s: write options = { %s = {} }%s"):format(tostring(name),
			check.hint(name, declared), tostring(name), line), 2)
	end }
end

--- What setup receives: the user's values, defaults for the rest, and args.
function options.apply(declared, given)
	local opt = { args = check.list_of(check.text)(given.args or {}, "args") }
	for name in pairs(given) do
		if name ~= "args" and not declared[name] then
			check.fail("%s: no such option%s", flag(name), check.hint(name, declared))
		end
	end
	for name, d in pairs(declared) do
		local v = given[name]
		if v ~= nil then
			opt[name] = choose(convert[d.type](v, flag(name)), d.choices, flag(name))
		elseif d.required then
			check.fail("%s%s is required%s", flag(name), d.env and (" or $" .. d.env) or "",
				d.about and (": " .. d.about) or "")
		else
			opt[name] = d.default
		end
	end
	return setmetatable(opt, undeclared(declared))
end

return options
