-- SPDX-License-Identifier: MIT
--- docs.lua meta | primitives | rows : what stands above each verb, as the definitions for
--- editors, as docs/primitives.md, or as a table for man.lua. A second argument takes it in place
--- of standard output. docs.lua compose: what becomes of compose's keys, as docs/compose.md.
local what, take = ...
local VERBS = "scripts/cnnrun/verbs.lua"

local function read(path)
	local f = io.open(path)
	local text = f and f:read "a" or ""
	if f then f:close() end
	return text
end

--- Comment lines above a verb, and the classes that stand on their own before it.
local function collect(path, is_verb)
	local found, block, classes = {}, {}, {}
	for line in (read(path):gmatch "([^\n]*)\n") do
		local comment = line:match "^%s*(%-%-%-.*)$"
		local name = is_verb(line)
		if comment then
			block[#block + 1] = comment
		elseif name then
			found[name] = { doc = block, classes = classes }
			block, classes = {}, {}
		elseif block[1] and block[1]:find "^%-%-%-@class" then
			classes[#classes + 1] = table.concat(block, "\n")
			block = {}
		else
			block = {}
		end
	end
	return found
end

local function in_file(line) return line:match "^local function ([%w_]+)%(r, " end
local function in_table(line) return line:match "^\t([%w_]+) = " end

--- Verbs in the order of their table: { name =, doc =, classes =, section = }.
local function verbs()
	local list, rows, files, section = {}, collect(VERBS, in_table), {}, nil
	for line in read(VERBS):gmatch "[^\n]+" do
		section = line:match "^\t%-%- (.+)$" or section
		local name, file = in_table(line), line:match '^\t[%w_]+ = "([%w_]+)",$'
		if name and section then
			local verb = rows[name]
			if file then
				files[file] = files[file]
					or collect(("scripts/cnnrun/verb/%s.lua"):format(file), in_file)
				verb = files[file][name] or error(name .. " is not in verb/" .. file .. ".lua")
			end
			verb.name, verb.section = name, section
			list[#list + 1] = verb
		end
	end
	return list
end

--- "Forms: …", with what follows it up to the next such word or annotation.
local function part(doc, word)
	local text = table.concat(doc, "\n"):gsub("%-%-%-@[^\n]*", "")
	text = text:match("%-%-%- " .. word .. ": (.*)$")
	if not text then return "" end
	text = text:gsub("\n%-%-%- %u%l+: .*$", ""):gsub("\n%-%-%- ", " ")
	return (text:gsub("%s+$", ""))
end

local function signature(verb)
	local params = {}
	for _, line in ipairs(verb.doc) do
		params[#params + 1] = line:match "^%-%-%-@param ([%w_.]+)"
	end
	return ("function container:%s(%s) end"):format(verb.name, table.concat(params, ", "))
end

local function meta(list)
	local out = { [[
---@meta cnnrun.container
-- SPDX-License-Identifier: MIT
-- Made by scripts/docs.lua of what stands above each verb: change it there.

--- What setup is given. Every verb returns the container again. A later call of a verb with
--- one value replaces the value, of a verb with a list adds to the list; un… takes back.
---@class cnnrun.container
local container = {}
]] }
	for _, verb in ipairs(list) do
		for _, class in ipairs(verb.classes) do out[#out + 1] = class .. "\n" end
		for _, line in ipairs(verb.doc) do out[#out + 1] = line end
		out[#out + 1] = "---@return cnnrun.container"
		out[#out + 1] = signature(verb) .. "\n"
	end
	out[#out + 1] = "return container\n"
	return table.concat(out, "\n")
end

local function sentence(doc)
	local text = table.concat(doc, "\n"):gsub("\n%-%-%- %u%l+: .*$", ""):gsub("\n?%-%-%-@[^\n]*", "")
	return (text:gsub("\n%-%-%- ", " "):gsub("^%-%-%- ", ""))
end

--- What people read of each: { section =, { name =, about =, forms =, default = }… } a section.
local function rows(list)
	local out = { intro = [[
What `setup` can ask for; [a profile, line by line](../README.md#a-profile-line-by-line) shows
some of it at work. A later call of a verb with one value replaces it, of a verb with a list adds
to the list, and `un…` takes back. What goes beyond the project must be
[granted](rights.md#grants).

Paths of the host are absolute or relative to the project; paths in the container are absolute.
Sizes are bytes or `"512m"`, `"1.5g"`. A switch without an argument means `true`.
]] }
	for _, verb in ipairs(list) do
		local section = out[#out]
		if not section or section.section ~= verb.section then
			section = { section = verb.section }
			out[#out + 1] = section
		end
		local forms = part(verb.doc, "Forms")
		if forms ~= "" then
			section[#section + 1] = { name = verb.name, about = sentence(verb.doc), forms = forms,
				default = part(verb.doc, "Default") }
		end
	end
	return out
end

local function cell(text) return (text:gsub("|", "\\|")) end

local function primitives(list)
	local all = rows(list)
	local out = { [[
<!-- Made by scripts/docs.lua of what stands above each verb in scripts/cnnrun/: change it there. -->
# Primitives

]] .. all.intro }
	for _, section in ipairs(all) do
		out[#out + 1] = ("\n## %s\n\n| | | Forms | Unless asked for |\n|---|---|---|---|")
			:format(section.section)
		for _, row in ipairs(section) do
			out[#out + 1] = ("| `%s` | %s | %s | %s |"):format(row.name, cell(row.about),
				cell(row.forms), cell(row.default))
		end
	end
	return table.concat(out, "\n") .. "\n"
end

--- What becomes of compose's keys, of the table that decides it.
local function compose()
	local keys = dofile "scripts/cnnrun/from/compose/keys.lua"
	local out = { [[
<!-- Made by scripts/docs.lua of scripts/cnnrun/from/compose/keys.lua: change it there. -->
# Keys of a compose file

[A compose file is a profile](from-docker.md#a-compose-file-is-a-profile). Each key is

- **taken**: as the words say;
- **said**: left out, which a line tells each time;
- **quiet**: left out, and nothing of it is missed;
- **refused**: an error with the line, and what to write.

What is neither here nor `x-…` is an error.
]] }
	for _, of in ipairs { { "top", "At the top" }, { "service", "Of a service" }, { "build",
		"Of its build" } } do
		local names = {}
		out[#out + 1] = ("\n## %s\n\n| | | |\n|---|---|---|"):format(of[2])
		for name in pairs(keys[of[1]]) do names[#names + 1] = name end
		table.sort(names)
		for _, name in ipairs(names) do
			local row = keys[of[1]][name]
			out[#out + 1] = ("| `%s` | %s | %s |"):format(name, row[1], cell(row[2]))
		end
	end
	return table.concat(out, "\n") .. "\n"
end

if what == "compose" then
	io.write(compose())
	return
end

local make = { meta = meta, primitives = primitives, rows = rows }
take = take or function(text) io.write(text) end
take(make[what](verbs()))
