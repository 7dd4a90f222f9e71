-- SPDX-License-Identifier: MIT
--- Values and comments as Lua text. What a person could not see, or would see as something else,
--- is spelt out.
local spell = {}

local RESERVED = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return "
	.. "then true until while"):gmatch "%l+" do RESERVED[word] = true end

--- Ranges of characters without a look of their own: formats, marks of direction, private ones.
local UNSEEN = { { 0x7f, 0xa0 }, { 0xad, 0xad }, { 0x300, 0x36f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x2000, 0x200f }, { 0x2028, 0x202f }, { 0x205f, 0x206f },
	{ 0x2800, 0x2800 }, { 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xe000, 0xf8ff }, { 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xffff }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0x7fffffff } }

local function is_unseen(code)
	for _, range in ipairs(UNSEEN) do
		if code >= range[1] and code <= range[2] then return true end
	end
end

local NAMED = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ['"'] = '\\"', ["\\"] = "\\\\" }

--- Each byte or character of s that is not to be written as it is goes through how.
local function seen(s, how)
	if not utf8.len(s) then return (s:gsub("[%c\127-\255]", how)) end
	s = s:gsub("%c", how)
	if not s:find "[\127-\255]" then return s end
	return (s:gsub("[\194-\244][\128-\191]*", function(c)
		return is_unseen(utf8.codepoint(c)) and how(c) or nil
	end))
end

local function escaped(c)
	if NAMED[c] then return NAMED[c] end
	return (c:gsub(".", function(byte) return ("\\x%02x"):format(byte:byte()) end))
end

--- A string of Lua, on one line.
function spell.text(s)
	return '"' .. seen(s:gsub('["\\]', NAMED), escaped) .. '"'
end

--- The key of a table.
function spell.key(s)
	return s:find "^[%a_][%w_]*$" and not RESERVED[s] and s or ("[%s]"):format(spell.text(s))
end

local FACTS = {
	["@user.uid"] = "cnn.host.user().uid", ["@user.gid"] = "cnn.host.user().gid",
	["@user.name"] = "cnn.host.user().name", ["@user.home"] = "cnn.host.user().home",
	["@project.dir"] = "cnn.project.dir()", ["@host.name"] = "cnn.host.name()",
	["@host.arch"] = "cnn.host.arch()",
}

local function place(name)
	if FACTS[name] then return FACTS[name] end
	if name:find "^[a-z][a-z0-9_]*$" then
		return RESERVED[name] and ('opt["%s"]'):format(name) or "opt." .. name
	end
	error("no such place in a text", 0)
end

--- A text with places: opt.port .. ":80".
local function joined(s)
	local parts, at = {}, 1
	while at <= #s do
		local before, name, stop = s:match("^([^\1]*)\1([^\2]*)\2()", at)
		if not name then
			parts[#parts + 1] = spell.text(s:sub(at))
			break
		end
		if before ~= "" then parts[#parts + 1] = spell.text(before) end
		parts[#parts + 1] = place(name)
		at = stop
	end
	return table.concat(parts, " .. ")
end

--- { a, b } on one line, or a line each where that is too long.
function spell.table(list, width)
	local line = ("{ %s }"):format(table.concat(list, ", "))
	if #list == 0 then return "{}" end
	if #line <= width then return line end
	local rows, row = {}, ""
	for _, item in ipairs(list) do
		if row ~= "" and #row + #item + 2 > width then
			rows[#rows + 1] = row
			row = ""
		end
		row = row .. (row ~= "" and " " or "") .. item .. ","
	end
	rows[#rows + 1] = row
	return "{\n\t" .. table.concat(rows, "\n\t") .. "\n}"
end

local function number(n)
	if n ~= n or n == math.huge or n == -math.huge then error("no such number", 0) end
	if math.tointeger(n) then return ("%d"):format(n) end
	return ("%.14g"):format(n)
end

--- Names that a person says first.
local FIRST = { name = 1, context = 1, dockerfile = 2, tag = 3, host_ip = 1, host = 2 }

function spell.value(v)
	local kind = type(v)
	if kind == "string" then return v:find "\1" and joined(v) or spell.text(v) end
	if kind == "number" then return number(v) end
	if kind == "boolean" then return tostring(v) end
	if kind ~= "table" then error("a " .. kind .. " cannot be written", 0) end
	local list, keys = {}, {}
	for _, item in ipairs(v) do list[#list + 1] = spell.value(item) end
	for key in pairs(v) do
		if type(key) == "string" then keys[#keys + 1] = key end
	end
	table.sort(keys, function(a, b)
		local x, y = FIRST[a] or 9, FIRST[b] or 9
		return x < y or x == y and a < b
	end)
	for _, key in ipairs(keys) do list[#list + 1] = ("%s = %s"):format(spell.key(key), spell.value(v[key])) end
	return spell.table(list, 84)
end

--- Lines that begin with "-- ", whatever is in the text.
function spell.comment(text, width)
	local lines = {}
	for part in (text:gsub("\1[^\2]*\2", "…") .. "\n"):gmatch "([^\n]*)\n" do
		local line = "--"
		for word in seen(part, function() return "?" end):gmatch "%S+" do
			if #line + #word + 1 > width and #line > 2 then
				lines[#lines + 1] = line
				line = "--"
			end
			line = line .. " " .. word
		end
		lines[#lines + 1] = line
	end
	return lines
end

return spell
