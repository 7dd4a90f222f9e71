-- SPDX-License-Identifier: MIT
--- The lines of docker in a shell's text: one that was typed, or scripts. What is the shell's own
--- logic is said in comments.
local docker_build = require "cnnrun.from.docker_build"
local docker_run = require "cnnrun.from.docker_run"
local expand = require "cnnrun.from.expand"
local words = require "cnnrun.from.words"

local OPENS = { ["if"] = 1, ["for"] = 1, ["while"] = 1, ["until"] = 1, case = 1, select = 1 }
local CLOSES = { fi = 1, done = 1, esac = 1 }
local BEFORE = { ["then"] = 1, ["do"] = 1, ["else"] = 1, ["!"] = 1, ["{"] = 1, ["}"] = 1, elif = 1,
	["if"] = 1, ["while"] = 1, ["until"] = 1, export = 1, ["local"] = 1, readonly = 1, declare = 1, typeset = 1 }
--- What says, looks or leads to the place needs no word.
local QUIET = {}
for name in ("echo printf set shift exit return [ [[ test cd pushd popd true false : sleep trap usage "
	.. "getopts unset read break continue in function source . which command hash touch rm chmod xauth")
	:gmatch "%S+" do
	QUIET[name] = true
end
--- Of docker's own commands those whose work is done anyway.
local QUIET_DOCKER = { pull = 1, stop = 1, rm = 1, kill = 1, inspect = 1, ps = 1, images = 1, image = 1,
	info = 1, version = 1, login = 1, volume = 1, network = 1, wait = 1, logs = 1, container = 1, start = 1,
		attach = 1 }

local OTHERS_MAX = 8

local Script = {}
Script.__index = Script

--- The words of a command without those of the shell before it; assignments are carried out.
function Script:stripped(command)
	local list, i = {}, 1
	while command[i] do
		local raw = command[i].raw
		if OPENS[raw] then self.depth = self.depth + 1 end
		if CLOSES[raw] then self.depth = math.max(0, self.depth - 1) end
		if raw == "for" then self:loop(command) end
		if raw == "for" or raw == "case" or raw == "select" then return {} end
		if BEFORE[raw] or CLOSES[raw] or raw == "sudo" and i == 1 then
			i = i + 1
		elseif raw:find "^[%a_][%w_]*%+?=" then
			self:assign(command[i])
			i = i + 1
		else
			break
		end
	end
	for k = i, #command do list[#list + 1] = command[k] end
	return list
end

--- for d in /dev/video*: what it goes over, where that is one.
function Script:loop(command)
	local name, list = command[2] and command[2].raw, {}
	if not name or not name:find "^[%a_][%w_]*$" or not command[3] or command[3].raw ~= "in" then return end
	for i = 4, #command do
		for _, field in ipairs(expand.word(self.scope, command[i])) do list[#list + 1] = field end
	end
	if #list == 1 then self.scope.values[name] = list end
end

function Script:assign(word)
	local name = word.raw:match "^[%a_][%w_]*"
	local was = self.scope.values[name]
	expand.assign(self.scope, word)
	local text = table.concat(self.scope.values[name] or {}, " ")
	if self.depth > 0 and text:find "^%-" or self.depth > 0 and was and table.concat(was):find "^%-" then
		self:note(("%s: the script adds to it in some cases only"):format(name))
	end
end

function Script:note(text)
	if not self.said[text] then self.notes[#self.notes + 1] = text end
	self.said[text] = true
end

function Script:other(list)
	local raw = {}
	for i, word in ipairs(list) do raw[i] = word.raw end
	local line = table.concat(raw, " "):gsub("%s+", " ")
	if #line > 80 then line = line:sub(1, 77) .. "..." end
	self.others[#self.others + 1] = line
end

--- A command that is docker's, but neither run nor build.
function Script:of_docker(fields, list)
	local sub = fields[2] or ""
	if sub == "compose" or fields[1] == "docker-compose" then
		self:note "docker compose: cnnrun init --from compose.yaml writes a profile of it"
	elseif sub == "exec" then
		self:note("docker exec: with a container that runs, cnnrun exec NAME -- COMMAND")
	elseif sub == "push" or sub == "tag" then
		self:note(("docker %s: cnnrun build --push, and c:build { tag = … }"):format(sub))
	elseif not QUIET_DOCKER[sub] then
		self:other(list)
	end
end

function Script:command(command)
	if command.ends == ")" and self.depth > 0 then return end -- a pattern of case
	local list, fields = self:stripped(command), {}
	if #list == 0 then return end
	for _, word in ipairs(list) do
		for _, field in ipairs(expand.word(self.scope, word)) do fields[#fields + 1] = field end
	end
	local from, where = docker_run.begins(fields)
	if from then
		if where then self:note(("on another engine: cnnrun --on %s"):format(where)) end
		local about = setmetatable({ from = from, scope = self.scope, builds = self.builds },
			{ __index = self.given })
		self.runs[#self.runs + 1] = docker_run.read(fields, about)
		if self.depth > 0 then self:note "the script runs it in some cases only, or more than once" end
		return
	end
	from = docker_build.begins(fields)
	if from then
		local call, tags = docker_build.read(fields, { from = from, scope = self.scope, cwd = self.given.cwd })
		self.built = call
		for _, tag in ipairs(tags) do
			self.builds[tag], self.builds[tag:gsub(":latest$", "")], self.builds[tag .. ":latest"] = call, call, call
		end
		return
	end
	local name = fields[1] or ""
	if name == "xhost" then
		self.xhost = true
	elseif name == "docker" or name == "podman" or name == "docker-compose" or name == "nvidia-docker" then
		self:of_docker(fields, list)
	elseif not QUIET[name] and not name:find "%)$" and name ~= "" then
		self:other(list)
	end
end

local function service_name(line)
	for _, call in ipairs(line.list) do
		if call[1] == "name" and type(call[2]) == "string" then
			local name = call[2]:lower():gsub("[^%l%d-]+", "-")
			return name:find "^%l" and name or nil
		end
	end
end

--- Services have a network of their own, which docker's users make by hand.
local function drop(line, verb, but)
	for i = #line.list, 1, -1 do
		if line.list[i][1] == verb and line.list[i][2] ~= but then table.remove(line.list, i) end
	end
end

--- A container that was started before, in the background: a service beside the main one.
local function service(line, name)
	line.detached, line.removed, line.restart = false, true, nil
	drop(line, "name")
	drop(line, "network")
	return { "service", name, calls = line:calls(),
		comment = "ready when its image's health check says so; s:ready { port = 5432 } says it otherwise" }
end

--- The container that all is about, and those beside it.
function Script:containers()
	local main = #self.runs
	for i = #self.runs, 1, -1 do
		if not self.runs[i].detached then
			main = i
			break
		end
	end
	local services = {}
	for i, line in ipairs(self.runs) do
		local name = i < main and line.detached and service_name(line)
		if name then
			for _, secret in ipairs(line.secrets) do table.insert(self.runs[main].secrets, secret) end
			services[#services + 1] = service(line, name)
		elseif i ~= main then
			self:note(("it also runs %s, which is a profile of its own"):format(line.image))
		end
	end
	if #services > 0 then drop(self.runs[main], "network", "host") end
	return self.runs[main], services
end

local function finish(self, calls)
	local all = {}
	for _, text in ipairs(self.notes) do all[#all + 1] = { comment = text } end
	if #self.others > 0 then
		local shown = table.move(self.others, 1, OTHERS_MAX, 1, {})
		local more = #self.others > OTHERS_MAX and ("\nand %d more"):format(#self.others - OTHERS_MAX) or ""
		all[#all + 1] = { comment = "The script does besides, on the host:\n" .. table.concat(shown, "\n") .. more }
	end
	return table.move(calls, 1, #calls, #all + 1, all)
end

--- texts: of the scripts, in order. given: of whom and where. Returns calls, their scope, options,
--- numbers, and the variables that are to be set.
return function(texts, given)
	local self = setmetatable({ scope = expand.scope(), given = given, runs = {}, builds = {}, notes = {},
		said = {}, others = {}, depth = 0 }, Script)
	for _, text in ipairs(texts) do
		for _, command in ipairs(words.commands(text)) do self:command(command) end
	end
	if #self.runs == 0 and not self.built then
		error("there is no line of docker run or docker build in it", 0)
	end
	if #self.runs == 0 then
		return { calls = finish(self, { self.built }), scope = self.scope, options = {}, built = true }
	end
	local main, services = self:containers()
	if self.xhost then main:once "display" end
	local calls = finish(self, services)
	local own = main:calls()
	table.move(own, 1, #own, #calls + 1, calls)
	return { calls = calls, scope = self.scope, options = main.options or {}, numbers = main.numbers,
		secrets = main.secrets }
end
