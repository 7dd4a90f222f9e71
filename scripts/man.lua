-- SPDX-License-Identifier: MIT
--- man.lua commands HELP.json | profiles | trainer HELP.txt : cnnrun.1 of what `cnnrun help --json`
--- said and of docs/command-line.md, cnnrun-profile.5 of what docs.lua knows and of the README, or
--- cnntrain.1 of its --help and README. Their date is $SOURCE_DATE_EPOCH. A last argument takes the
--- text in place of standard output.
local what, from, take = ...

local function read(path)
	local f = assert(io.open(path))
	local text = f:read "a"
	f:close()
	return text
end

local PLAIN = { ["…"] = "...", ["→"] = "->", ["–"] = "-", ["│"] = "|" }

local GLYPHS = { ["-"] = "\\-", ["'"] = "\\(aq", ["`"] = "\\(ga", ["^"] = "\\(ha", ["~"] = "\\(ti" }

--- Text as roff takes it: no word of it is a request.
local function plain(text)
	text = text:gsub("\\", "\\e"):gsub("[\xC2-\xF4][\x80-\xBF]+", PLAIN)
	text = text:gsub("[\xC2-\xF4][\x80-\xBF]+", function(c)
		return ("\\[u%04X]"):format(utf8.codepoint(c))
	end)
	return (text:gsub("^([.'])", "\\&%1"):gsub("\n([.'])", "\n\\&%1"))
end

--- As it is typed: a dash is a minus there, a quote one of the keyboard's.
local function typed(text)
	return (plain(text):gsub("[-'`^~]", GLYPHS))
end

--- Markdown within a paragraph: `code`, **bold**, [text](address).
local function inline(text)
	local kept = {}
	local function keep(roff)
		kept[#kept + 1] = roff
		return ("\1%d\2"):format(#kept)
	end
	text = text:gsub("%[([^%]\n]+)%]%([^)]*%)", "%1"):gsub("\\|", "|")
	text = text:gsub("`([^`]+)`", function(code) return keep("\\fB" .. typed(code) .. "\\fR") end)
	text = text:gsub("%*%*(.-)%*%*", function(bold) return keep("\\fB" .. plain(bold) .. "\\fR") end)
	return (plain(text):gsub("\1(%d+)\2", function(i) return kept[tonumber(i)] end))
end

--- Lines that are not too long, of text that is filled anyway.
local function fill(text)
	local lines, line = {}, nil
	for word in text:gmatch "%S+" do
		if line and #line + #word < 78 then
			line = line .. " " .. word
		else
			lines[#lines + 1] = line
			line = word:gsub("^[.']", "\\&%0")
		end
	end
	lines[#lines + 1] = line
	return table.concat(lines, "\n")
end

--- One entry: what is explained, and how.
local function entry(out, head, ...)
	out[#out + 1] = ".TP\n" .. head
	for i, text in ipairs { ... } do
		if i > 1 then out[#out + 1] = ".br" end
		out[#out + 1] = fill(text)
	end
end

--- The cells of "| a | b |".
local function cells(line)
	local list = {}
	for cell in line:gsub("\\|", "\3"):sub(2):gmatch "%s*(.-)%s*|" do
		list[#list + 1] = inline((cell:gsub("\3", "|")))
	end
	return list
end

local function code(out, lines)
	local text = typed((table.concat(lines, "\n"):gsub("\t", "    ")))
	if not out[#out]:find "^%.SH" then out[#out + 1] = ".PP" end
	out[#out + 1] = ".RS 4\n.nf\n" .. text .. "\n.fi\n.RE"
end

--- A part of a page, as lines of Markdown, below a heading that the caller has written.
local function convert(out, text)
	local block, kind, last, before, titles, third = {}, nil, ".SH", nil, nil, ""
	local function flush()
		if kind == "text" then
			if last ~= ".SH" then out[#out + 1] = ".PP" end
			out[#out + 1] = fill(inline(table.concat(block, "\n")))
		elseif kind == "item" then
			entry(out, inline(block.mark), inline(table.concat(block, "\n")))
		elseif kind == "code" then
			code(out, block)
		end
		if kind then last = kind end
		block, kind = {}, nil
	end
	for line in text:gmatch "([^\n]*)\n" do
		local mark, rest = line:match "^(%d+%.) (.*)$"
		if line:find "^```" then
			local begins = kind ~= "code"
			flush()
			kind = begins and "code" or nil
		elseif kind == "code" then
			block[#block + 1] = line
		elseif line:find "^|" then
			flush()
			local row = cells(line)
			if line:find "^|%-" then
				for i = #out, before + 1, -1 do out[i] = nil end -- that was the heading
				third = titles[3]
			elseif row[1] then
				before, titles = #out, row
				entry(out, row[1], row[2] or "", row[3] and third .. ": " .. row[3])
				last = "item"
			end
		elseif mark then
			flush()
			kind, block = "item", { mark = mark, rest }
		elseif line == "" then
			flush()
		else
			kind = kind or "text"
			block[#block + 1] = line:gsub("^%s+", "")
		end
	end
	flush()
end

--- What stands below "## title" of a page, up to the next.
local function section(page, title)
	local text = ("\n" .. page .. "\n## "):match("\n## " .. title .. "\n+(.-)\n## ")
	return assert(text, "no section " .. title) .. "\n"
end

local function heading(name, number, about)
	local epoch = tonumber(os.getenv "SOURCE_DATE_EPOCH") or 0
	return ([[
.\" SPDX-License-Identifier: MIT
.\" Made by scripts/man.lua.
.TH %s %d "%s" cnnrun
.SH NAME
%s \- %s]]):format(typed(name:upper()), number, os.date("!%Y-%m-%d", epoch), typed(name), about)
end

local function options(out, group)
	for _, o in ipairs(group.options) do
		local head = (o.letter and "\\fB\\-" .. o.letter .. "\\fR, " or "") ..
			"\\fB\\-\\-" .. (o.negatable and "[no\\-]" or "") .. typed(o.name) .. "\\fR" ..
			(o.arg and " \\fI" .. typed(o.arg) .. "\\fR" or "")
		entry(out, head, plain(o.about))
	end
end

local SHARED = { ["Container options"] = true, ["Image options"] = true, ["Global options"] = true }

--- The commands with their own options; then what several have, once.
local function add_commands(out, list)
	local shared = {}
	out[#out + 1] = ".SH COMMANDS"
	for _, c in ipairs(list) do
		local usage = typed(c.usage):gsub('"', "\\(dq")
		out[#out + 1] = (".SS \"%s %s\"\n%s."):format(c.name, usage, fill(plain(c.about)))
		if c.details then out[#out + 1] = ".PP\n.nf\n" .. plain(c.details) .. "\n.fi" end
		for _, group in ipairs(c.groups) do
			if not SHARED[group.title] then
				options(out, group)
			elseif not shared[group.title] or #group.options > #shared[group.title].options then
				if not shared[group.title] then shared[#shared + 1] = group.title end
				shared[group.title] = group
			end
		end
	end
	out[#out + 1] = ".SH OPTIONS"
	for _, title in ipairs(shared) do
		out[#out + 1] = ".SS " .. title
		options(out, shared[title])
	end
end

local function commands(json)
	local page, decode = read "docs/command-line.md", dofile "scripts/testing/json.lua".decode
	local out = { heading("cnnrun", 1, "run containers as profiles, written in Lua, describe them"), [[
.SH SYNOPSIS
\fBcnnrun\fR [\fIPROFILE\fR] [\fIthe profile's own options\fR] [\fB\-\-\fR \fICOMMAND...\fR]
.br
\fBcnnrun\fR \fICOMMAND\fR [\fIOPTIONS\fR] ...
.SH DESCRIPTION
Starts a container as a profile describes it: the image to build, the user,
the mounts, the GPUs and the display are each one line of it, see
.BR cnnrun\-profile (5).
The profile is evaluated in a jailed process, what it asks for beyond its
project has to be granted once, and what was made for the container is taken
back when it ends, also when cnnrun is killed.
.PP
A \fIPROFILE\fR is a file (./x.lua) or a name (gui, profiles/gui.lua);
without one it is the project's cnnrun.lua.]] }
	add_commands(out, decode(read(json)))
	for _, part in ipairs { { "EXIT STATUS", "Exit status" }, { "OUTPUT AND SIGNALS", "Output and signals" },
		{ "ENVIRONMENT", "Variables" }, { "PROFILES", "Where profiles are found" }, { "FILES", "Files" } } do
		out[#out + 1] = ".SH " .. (part[1]:find " " and ('"%s"'):format(part[1]) or part[1])
		convert(out, section(page, part[2]))
	end
	out[#out + 1] = ".SH EXAMPLES"
	convert(out, section(read "README.md", "First steps"):match "(```.-```\n)")
	out[#out + 1] = ".SH SEE ALSO\n.BR cnnrun\\-profile (5),\n.BR docker (1),\n.BR podman (1)"
	return out
end

local function profiles()
	local rows
	loadfile "scripts/docs.lua" ("rows", function(list) rows = list end)
	local out = { heading("cnnrun-profile", 5, "what a profile of cnnrun may say"), ".SH DESCRIPTION" }
	convert(out, section(read "README.md", "A profile, line by line"))
	out[#out + 1] = ".SH PRIMITIVES"
	convert(out, rows.intro)
	for _, group in ipairs(rows) do
		out[#out + 1] = ('.SS "%s"'):format(group.section)
		for _, row in ipairs(group) do
			entry(out, "\\fBc:" .. typed(row.name) .. "\\fR", inline(row.about), inline(row.forms),
				row.default ~= "" and "Unless asked for: " .. inline(row.default) or nil)
		end
	end
	out[#out + 1] = ".SH SEE ALSO\n.BR cnnrun (1)"
	return out
end

local function trainer(help)
	local page = read "trainer/README.md"
	local out = { heading("cnntrain", 1, "train a small wavelet CNN"), [[
.SH SYNOPSIS
\fBcnntrain\fR [\fIOPTIONS\fR]
.br
\fBcnntrain selftest\fR [\fB\-\-device\fR \fINAME\fR]
.br
\fBcnntrain fetch cifar10\fR|\fBfashion\fR|\fBmnist\fR [\fB\-\-data_dir\fR \fIDIR\fR]
.SH DESCRIPTION]] }
	convert(out, page:match "\n\n(.-\n)```")
	out[#out + 1] = ".SH OPTIONS"
	for name, about in read(help):gmatch "\n  (%-%-%S.-)  +([^\n]+)" do
		entry(out, "\\fB" .. typed(name) .. "\\fR", plain(about))
	end
	for _, part in ipairs { "Files", "Checkpoints" } do
		out[#out + 1] = ".SH " .. part:upper()
		convert(out, section(page, part))
	end
	out[#out + 1] = ".SH SEE ALSO\n.BR cnnrun (1)"
	return out
end

local make = { commands = commands, profiles = profiles, trainer = trainer }
if what == "profiles" then from, take = nil, from end
take = take or function(text) io.write(text) end
take(table.concat(make[what](from), "\n") .. "\n")
