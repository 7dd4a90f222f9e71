-- SPDX-License-Identifier: MIT
--- A converter's result as the text of a profile, as a person would write it. Whatever stands in
--- the result, the text only describes: every string is quoted here, every comment is one line.
local spell = require "cnnrun.from.spell"

local WIDTH = 100
local value, text = spell.value, spell.text

--- c:image "x", c:limit { … }, c:gpus(opt.devices), c:mount("a", "/a")
local function invocation(call)
	local args, n = {}, 0
	local last = #call
	if last > 2 and type(call[last]) == "table" and not next(call[last]) then last = last - 1 end
	for i = 2, last do
		n = n + 1
		args[n] = value(call[i])
	end
	if n == 1 and (args[1]:find "^{" or args[1]:find '^"' and type(call[2]) == "string"
		and not call[2]:find "\1") then
		return ("%s %s"):format(call[1], args[1])
	end
	return ("%s(%s)"):format(call[1], table.concat(args, ", "))
end

local function is_plain(call, verb)
	return call and call[1] == verb and not call.comment
end

--- Variables one after the other, as one table: names that are passed on, or names with values.
local function joined(calls, i)
	local first, list = calls[i], {}
	local n = #first
	while is_plain(calls[i], "env") and #calls[i] == n and type(calls[i][2]) == "string"
		and not calls[i][2]:find "\1" do
		local call = calls[i]
		list[#list + 1] = n == 2 and text(call[2]) or ("%s = %s"):format(spell.key(call[2]), value(call[3]))
		i = i + 1
	end
	if #list < 2 or n > 3 then return nil end
	return "env " .. spell.table(list, WIDTH - 12), i
end

local Writer = {}
Writer.__index = Writer

function Writer:put(line) self.out[#self.out + 1] = self.indent .. line end

function Writer:remark(comment)
	for _, line in ipairs(spell.comment(comment, WIDTH - 8)) do self:put(line) end
end

--- Behind the line where that is short enough, else above it.
function Writer:line(line, comment)
	local lines = comment and spell.comment(comment, 60) or {}
	if #lines == 1 and #line + #lines[1] + 9 <= WIDTH and not line:find "\n" then
		return self:put(line .. " " .. lines[1])
	end
	if comment then self:remark(comment) end
	self:put((line:gsub("\n", "\n" .. self.indent)))
end

function Writer:service(call, c)
	local inner = setmetatable({ out = self.out, indent = self.indent .. "\t" }, Writer)
	if call.comment then self:remark(call.comment) end
	self:put(("%s:service(%s, function(s)"):format(c, value(call[2])))
	inner:calls(call.calls, "s")
	self:put "end)"
end

function Writer:calls(calls, c)
	local i = 1
	while i <= #calls do
		local call, following, line = calls[i], i + 1, nil
		if not call[1] then
			self:remark(call.comment or "")
		elseif call.calls then
			self:service(call, c)
		else
			if is_plain(call, "env") then line, following = joined(calls, i) end
			line, following = line or invocation(call), following or i + 1
			local more = calls[following]
			if call[1] == "mount" and is_plain(more, "workdir") and not call.comment and call[3] == more[2]
				and not call[4] then
				line, following = line .. ":" .. invocation(more), following + 1
			end
			self:line(c .. ":" .. line, call.comment)
		end
		i = following
	end
end

local function option(o)
	local list = {}
	for _, key in ipairs { "short", "type", "default", "env", "required", "choices", "about" } do
		if o[key] ~= nil then list[#list + 1] = ("%s = %s"):format(key, value(o[key])) end
	end
	return ("%s = %s,"):format(o.name, spell.table(list, WIDTH - 16 - #o.name))
end

--- head: comment lines at the top.
return function(result, head)
	local w = setmetatable({ out = {}, indent = "" }, Writer)
	for _, line in ipairs(head or {}) do w:remark(line) end
	w:put 'local cnn = require "cnnrun"'
	w:put ""
	w:put "return cnn.profile {"
	w.indent = "\t"
	if result.about then w:put(("about = %s,"):format(text(result.about))) end
	if result.options and #result.options > 0 then
		w:put "options = {"
		w.indent = "\t\t"
		for _, o in ipairs(result.options) do w:line(option(o)) end
		w.indent = "\t"
		w:put "},"
	end
	w:put(result.options and #result.options > 0 and "setup = function(c, opt)" or "setup = function(c)")
	w.indent = "\t\t"
	w:calls(result.calls, "c")
	w.indent = "\t"
	w:put "end,"
	w.indent = ""
	w:put "}"
	return table.concat(w.out, "\n") .. "\n"
end
