-- SPDX-License-Identifier: MIT
--- JSON as cnnrun's own door has it: keys in order, null is absent, integers stay whole.
local json = {}

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r" }

local function quoted(s)
	return '"' .. s:gsub('[%c"\\\127]', function(c)
		return ESCAPES[c] or ("\\u%04x"):format(c:byte())
	end) .. '"'
end

local function number(n)
	if math.type(n) == "integer" then return tostring(n) end
	if n ~= n or n == math.huge or n == -math.huge then error("JSON has no such number: " .. n, 0) end
	return n == math.floor(n) and ("%.0f"):format(n) or ("%.17g"):format(n)
end

local function is_list(t)
	local meta = getmetatable(t)
	return t[1] ~= nil or type(meta) == "table" and meta.__jsontype == "array"
end

local encode

local function list(t)
	local out, n = {}, 0
	for _ in pairs(t) do n = n + 1 end
	if n ~= #t then error("JSON has no lists with holes or names", 0) end
	for i, v in ipairs(t) do out[i] = encode(v) end
	return "[" .. table.concat(out, ",") .. "]"
end

local function object(t)
	local keys, out = {}, {}
	for key in pairs(t) do
		if type(key) ~= "string" then error("JSON has no keys but strings", 0) end
		keys[#keys + 1] = key
	end
	table.sort(keys)
	for i, key in ipairs(keys) do out[i] = quoted(key) .. ":" .. encode(t[key]) end
	return "{" .. table.concat(out, ",") .. "}"
end

function encode(v)
	local kind = type(v)
	if kind == "string" then return quoted(v) end
	if kind == "number" then return number(v) end
	if kind == "boolean" then return tostring(v) end
	if v == nil then return "null" end
	if kind ~= "table" then error("JSON has no " .. kind, 0) end
	return is_list(v) and list(v) or object(v)
end

json.encode = encode

local LETTERS = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function bad(text, at)
	error(("no JSON at byte %d: %s"):format(at, text:sub(at, at + 20)), 0)
end

--- A string that begins at its quote; returns where it ends as well.
local function string_at(text, at)
	local out, i = {}, at + 1
	while true do
		local stop = text:find('["\\]', i) or bad(text, at)
		out[#out + 1] = text:sub(i, stop - 1)
		if text:byte(stop) == 34 then return table.concat(out), stop + 1 end
		local c = text:sub(stop + 1, stop + 1)
		local hex = c == "u" and text:match("^%x%x%x%x", stop + 2)
		local code = hex and tonumber(hex, 16)
		i = stop + (hex and 6 or 2)
		local low = code and code >= 0xd800 and code < 0xdc00 and text:match("^\\u(d[c-f]%x%x)", i)
		if low then
			code = 0x10000 + ((code - 0xd800) << 10) + tonumber(low, 16) - 0xdc00
			i = i + 6
		end
		out[#out + 1] = code and utf8.char(code) or LETTERS[c] or c
	end
end

local WORDS = { ["true"] = true, ["false"] = false }
local value_at

local function list_at(text, at)
	local out = setmetatable({}, { __jsontype = "array" })
	at = text:match("^%s*()", at + 1)
	if text:sub(at, at) == "]" then return out, at + 1 end
	while true do
		local v
		v, at = value_at(text, at)
		out[#out + 1] = v
		local mark
		mark, at = text:match("^%s*([,%]])%s*()", at)
		if mark == "]" then return out, at end
		if not mark then bad(text, 1) end
	end
end

local function object_at(text, at)
	local out = {}
	at = text:match("^%s*()", at + 1)
	if text:sub(at, at) == "}" then return out, at + 1 end
	while true do
		local key, v, mark
		if text:sub(at, at) ~= '"' then bad(text, at) end
		key, at = string_at(text, at)
		at = text:match("^%s*:%s*()", at) or bad(text, at)
		v, at = value_at(text, at)
		out[key] = v
		local before = at
		mark, at = text:match("^%s*([,}])%s*()", at)
		if mark == "}" then return out, at end
		if not mark then bad(text, before) end
	end
end

function value_at(text, at)
	at = text:match("^%s*()", at)
	local c = text:sub(at, at)
	if c == "{" then return object_at(text, at) end
	if c == "[" then return list_at(text, at) end
	if c == '"' then return string_at(text, at) end
	local word = text:match("^%l+", at)
	if word == "null" then return nil, at + 4 end
	if word and WORDS[word] ~= nil then return WORDS[word], at + #word end
	local digits = text:match("^-?%d[%d.eE+-]*", at)
	return digits and tonumber(digits) or bad(text, at), at + #(digits or "")
end

function json.decode(text)
	local v, at = value_at(text, 1)
	if text:find("%S", at) then bad(text, at) end
	return v
end

return json
