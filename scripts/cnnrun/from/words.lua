-- SPDX-License-Identifier: MIT
--- The words of a shell's text, as far as a line that starts a container needs: quotes,
--- continuations, comments, variables and the few commands that tell facts. Nothing is run.
---
--- A word is a list of parts: text, or { name = "X", op = ":-", rest = "y" } of a variable,
--- or { command = "id -u" }; each of the latter with `raw`, as it stands, and `quoted`.
local words = {}

local ESCAPES = { n = "\n", t = "\t", r = "\r", a = "\a", b = "\b", f = "\f", v = "\v", e = "\27" }

--- Text of which a converter's places (\1NAME\2) could be made, or a terminal's orders.
local function checked(text)
	if text:find "[%z\1-\8\11\12\14-\31\127]" then
		error("a control character is in the text: it is no line that a person wrote", 0)
	end
	return (text:gsub("\r\n?", "\n"))
end

local function variable(inside, raw, quoted)
	local name, op, rest = inside:match "^([%a_][%w_]*)(:?[-+=?]?)(.*)$"
	if name and (op ~= "" and op ~= ":" or rest == "") then
		return { name = name, op = op ~= "" and op or nil, rest = rest, raw = raw, quoted = quoted }
	end
	name = inside:match "^([%a_][%w_]*)%[[@*]%]$" or inside:match "^([@*]):?%d*$"
	if name then return { name = name, op = "[@]", raw = raw, quoted = quoted } end
	local digit, default = inside:match "^(%d+):?%-?(.*)$"
	if digit then
		return { name = digit, op = default ~= "" and ":-" or nil, rest = default, raw = raw, quoted = quoted }
	end
	return { name = inside:match "[%a_][%w_]*" or "value", op = "?", raw = raw, quoted = quoted }
end

--- What stands at a dollar or a backquote; returns the part and where it ends.
local function dollar(text, at, quoted)
	local inside, stop = text:match("^`([^`]*)`()", at)
	if inside then return { command = inside, raw = text:sub(at, stop - 1), quoted = quoted }, stop end
	inside, stop = text:match("^%$%((%b())%)()", at)
	if inside then
		return { name = "value", op = "?", raw = text:sub(at, stop - 1), quoted = quoted }, stop
	end
	inside, stop = text:match("^%$(%b())()", at)
	if inside then
		return { command = inside:sub(2, -2), raw = text:sub(at, stop - 1), quoted = quoted }, stop
	end
	inside, stop = text:match("^%$(%b{})()", at)
	if inside then return variable(inside:sub(2, -2), text:sub(at, stop - 1), quoted), stop end
	inside, stop = text:match("^%$([%a_][%w_]*)()", at)
	if not inside then inside, stop = text:match("^%$([@*#?%d$!-])()", at) end
	if inside then return variable(inside, text:sub(at, stop - 1), quoted), stop end
	return text:sub(at, at), at + 1
end

local function double_quoted(text, at, word)
	while true do
		local stop = text:find('["\\$`]', at)
		if not stop then error('a quote " has no end', 0) end
		word[#word + 1] = text:sub(at, stop - 1)
		local c = text:sub(stop, stop)
		if c == '"' then return stop + 1 end
		if c == "\\" then
			local next_one = text:sub(stop + 1, stop + 1)
			word[#word + 1] = next_one == "\n" and "" or next_one:find '["\\$`]' and next_one or "\\" .. next_one
			at = stop + 2
		else
			word[#word + 1], at = dollar(text, stop, true)
		end
	end
end

local function ansi_quoted(text, at, word)
	while true do
		local stop = text:find("['\\]", at)
		if not stop then error("a quote ' has no end", 0) end
		word[#word + 1] = text:sub(at, stop - 1)
		if text:sub(stop, stop) == "'" then return stop + 1 end
		local c = text:sub(stop + 1, stop + 1)
		word[#word + 1] = ESCAPES[c] or c
		at = stop + 2
	end
end

local function single_quoted(text, at, word)
	local stop = text:find("'", at, true)
	if not stop then error("a quote ' has no end", 0) end
	word[#word + 1] = text:sub(at, stop - 1)
	return stop + 1
end

--- The word that begins at `at`; returns it and where it ends. nil: there is none.
local function word_at(text, at)
	local word, from = { plain = "" }, at
	while true do
		local stop = text:find("[%s\"'\\$`|&;<>()]", at) or #text + 1
		word[#word + 1] = stop > at and text:sub(at, stop - 1) or nil
		local c = text:sub(stop, stop)
		at = stop + 1
		if c == '"' then
			at = double_quoted(text, at, word)
		elseif c == "'" then
			at = single_quoted(text, at, word)
		elseif c == "$" and text:find("^['\"]", at) then
			local read = text:sub(at, at) == "'" and ansi_quoted or double_quoted
			at = read(text, at + 1, word)
		elseif c == "$" or c == "`" then
			word[#word + 1], at = dollar(text, stop, false)
		elseif c == "\\" then
			word[#word + 1] = text:sub(at, at) ~= "\n" and text:sub(at, at) or nil
			at = at + 1
		else
			if stop == from then return nil, from end
			word.raw, word.tilde = text:sub(from, stop - 1), text:find("^~", from) ~= nil
			return word, stop
		end
	end
end

local OPERATORS = { "&&", "||", ";;", "<<<", "<<-", "<<", ">>", ">&", "<&", "&>", "|&", "|", "&", ";", "<",
	">", "(", ")" }
local REDIRECTS = { ["<"] = 1, [">"] = 1, [">>"] = 1, ["<<<"] = 1, [">&"] = 1, ["<&"] = 1, ["&>"] = 1 }

local function operator_at(text, at)
	for _, op in ipairs(OPERATORS) do
		if text:sub(at, at + #op - 1) == op then return op, at + #op end
	end
end

--- Blanks, continuations and comments; returns where something stands, and whether a line ended.
local function skip(text, at, fresh)
	while true do
		local stop = text:match("^[ \t]+()", at) or text:match("^\\\n()", at)
		if stop then
			fresh = true
		else
			stop = fresh and text:match("^#[^\n]*()", at)
		end
		if not stop then return at, fresh end
		at = stop
	end
end

--- NAME=( … ): an array; returns the words in it.
local function array_at(text, at)
	local list = {}
	while true do
		at = skip(text, at, true)
		local c = text:sub(at, at)
		if c == "\n" then
			at = at + 1
		elseif c == ")" or c == "" then
			return list, at + 1
		else
			local word, stop = word_at(text, at)
			list[#list + 1] = word
			at = word and stop or at + 1
		end
	end
end

--- What stands between <<END and END is skipped.
local function after_document(text, at)
	local mark = text:match("^[ \t]*['\"]?([%w_]+)", at)
	local line = text:find("\n", at, true)
	while mark and line do
		local this, stop = text:match("^\t*([^\n]*)()", line + 1)
		if this == mark then return stop end
		line = text:find("\n", stop, true)
	end
	return line and at or #text + 1
end

--- The commands of a text, each a list of words, with the operator that ends it; an array that is
--- set by one is its `array`.
function words.commands(text)
	text = checked(text)
	local all, now, at, fresh = {}, {}, 1, true
	local function finish(op)
		now.ends = op
		all[#all + 1] = #now > 0 and now or nil
		now = {}
	end
	while true do
		at = skip(text, at, fresh)
		if at > #text then break end
		local op, stop = operator_at(text, at)
		if text:sub(at, at) == "\n" then
			finish()
			at, fresh = at + 1, true
		elseif op and REDIRECTS[op] then
			local _, past = word_at(text, (skip(text, stop, true)))
			if #now > 0 and #now[#now] == 1 and now[#now].raw:find "^%d$" then now[#now] = nil end
			at, fresh = past, false
		elseif op == "<<" or op == "<<-" then
			at, fresh = after_document(text, stop), true
		elseif op then
			finish(op)
			at, fresh = stop, true
		else
			local word
			word, at = word_at(text, at)
			now[#now + 1] = word
			fresh = false
			if word.raw:find "^[%a_][%w_]*%+?=$" and text:sub(at, at) == "(" then
				word.array, at = array_at(text, at + 1)
			end
		end
	end
	finish()
	return all
end

return words
