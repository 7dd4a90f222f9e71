-- SPDX-License-Identifier: MIT
--- The text of a .env as compose reads it: NAME=value, quotes, comments behind a blank, and
--- variables in what stands in no single quotes.
local dotenv = {}

local ESCAPES = { n = "\n", r = "\r", t = "\t", ["\\"] = "\\", ['"'] = '"', ["$"] = "$" }
local LINES = 4096

local function fill(text, lookup)
	text = text:gsub("%${([%a_][%w_]*)(:?%-?)([^}]*)}", function(name, operator, default)
		local v = lookup(name)
		if v == nil or v == "" and operator:find "^:" then v = operator:find "-" and default or "" end
		return v
	end)
	return (text:gsub("%$([%a_][%w_]*)", function(name) return lookup(name) or "" end))
end

--- Raises "FILE:LINE: …".
function dotenv.parse(text, name, outer)
	local values, line, at = {}, 0, 1
	local function lookup(n)
		if values[n] ~= nil then return values[n] end
		return outer(n)
	end
	local function fail(why) error(("%s:%d: %s"):format(name, line, why), 0) end
	text = text:gsub("^\239\187\191", ""):gsub("\r\n", "\n") .. "\n"
	while at <= #text do
		line = line + 1
		if line > LINES then fail(("more than %d lines"):format(LINES)) end
		local stop = text:find("\n", at, true)
		local whole = text:sub(at, stop - 1):gsub("^%s+", ""):gsub("^export%s+", "")
		local key, sign, after = whole:match "^([%w_.-]+)%s*([=:]?)%s*(.*)$"
		if whole ~= "" and whole:sub(1, 1) ~= "#" then
			if not key then fail "what works is NAME=value" end
			local quote = after:match "^[\"']"
			if sign == "" then
				values[key] = outer(key)
			elseif quote then
				local from = stop - #after
				local last = from + 1
				while true do -- the closing quote, maybe lines below
					last = text:find(quote, last, true)
					if not last then fail "a quote does not end" end
					local _, escapes = text:sub(from, last - 1):find "\\*$"
					local n = #text:sub(from, last - 1):match "\\*$"
					if escapes == nil or n % 2 == 0 then break end
					last = last + 1
				end
				local inside = text:sub(from + 1, last - 1)
				local _, breaks = inside:gsub("\n", "")
				line = line + breaks
				if quote == "'" then
					values[key] = inside:gsub("\\'", "'")
				else
					inside = fill(inside:gsub("\\%$", "\1"), lookup)
					values[key] = inside:gsub("\1", "$"):gsub("\\(.)", ESCAPES)
				end
				stop = text:find("\n", last, true)
			else
				values[key] = fill(after:gsub("%s+#.*$", ""):gsub("^#.*$", ""):gsub("%s+$", ""), lookup)
			end
		end
		at = stop + 1
	end
	return values
end

return dotenv
