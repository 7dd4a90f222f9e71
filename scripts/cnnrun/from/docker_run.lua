-- SPDX-License-Identifier: MIT
--- The words of `docker run` as calls of verbs. docker_run.read(words, about) takes them from
--- the first option on; about.image == false: options alone, as a devcontainer's runArgs are.
--- about: cwd, home, uid, gid, name of whom they are for, scope of the words' variables.
local table_of = require "cnnrun.from.docker_flags"
local line_of = require "cnnrun.from.docker_line"

local docker_run = {}

--- Do they start a container? Returns where the options begin, and on which engine.
function docker_run.begins(words)
	local i = 1
	while words[i] == "sudo" or words[i] == "exec" or words[i] == "time" or words[i] == "nohup"
		or words[i] == "command" or (i > 1 and words[i]:find "^%-[EHS]$") do
		i = i + 1
	end
	local engine = (words[i] or ""):match "([^/]+)$"
	if engine ~= "docker" and engine ~= "podman" and engine ~= "nvidia-docker" and engine ~= "nerdctl" then
		return nil
	end
	i = i + 1
	local where
	while words[i] and words[i]:find "^%-" do -- the engine's own, before the command
		local name, value = words[i]:match "^(%-%-?[%w-]+)=?(.*)$"
		if value == "" and (name or ""):find "^%-%-?[cHl]" then
			i = i + 1
			value = words[i]
		end
		if name == "-H" or name == "-c" or name == "--host" or name == "--context" then where = value end
		i = i + 1
	end
	if words[i] == "container" then i = i + 1 end
	if words[i] == "run" or words[i] == "create" then return i + 1, where end
end

local function is_false(v) return v == "false" or v == "0" end

--- Takes one option of the table; returns how many words more.
local function take(line, name, value, next_word, shown)
	local flag = table_of.flags[name]
	if not flag then
		local hint = require "cnnrun.near"(name, table_of.flags)
		error(("%s is no option of docker run that is known%s"):format(shown,
			hint and ("; did you mean --%s?"):format(hint) or ""), 0)
	end
	local more = 0
	if flag.takes and not value then
		if not next_word then error(("%s needs a value"):format(shown), 0) end
		value, more = next_word, 1
	end
	if not flag.takes and is_false(value) then return more end
	if flag.no then
		line:note(("--%s%s: %s"):format(name, flag.takes and " " .. value or "", flag.no))
	elseif flag.call then
		flag.call(line, value)
	end
	return more
end

--- -itd, -p8080:80, -v x
local function take_letters(line, word, next_word)
	local at = 2
	while at <= #word do
		local letter = word:sub(at, at)
		local name = table_of.letters[letter]
		if not name then error(("-%s is no option of docker run that is known"):format(letter), 0) end
		if table_of.flags[name].takes then
			local rest = word:sub(at + 1):gsub("^=", "")
			return take(line, name, rest ~= "" and rest or nil, next_word, "-" .. letter)
		end
		take(line, name, nil, nil, "-" .. letter)
		at = at + 1
	end
	return 0
end

--- What the words ask for: a line, whose calls() are a converter's.
function docker_run.read(list, about)
	local line, i = line_of(about), about.from or 1
	while list[i] and list[i]:find "^%-." do
		local word, more = list[i]
		if word == "--" then
			i = i + 1
			break
		end
		local name, value = word:match "^%-%-([%w-]+)=?(.*)$"
		if name then
			more = take(line, name, word:find("=", 1, true) and value or nil, list[i + 1], "--" .. name)
		else
			more = take_letters(line, word, list[i + 1])
		end
		i = i + 1 + more
	end
	if about.image ~= false then
		line.image = list[i]
		if not line.image or line.image == "" then error("the line names no image", 0) end
		line.command = table.move(list, i + 1, #list, 1, {})
	elseif list[i] then
		error(("%s is no option of docker run"):format(list[i]), 0)
	end
	return line
end

return docker_run
