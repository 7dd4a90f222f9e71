-- SPDX-License-Identifier: MIT
--- A line of `docker run` while it is read, and the calls that it comes to.
local order = require "cnnrun.from.order"

local Line = {}
Line.__index = Line
for _, part in ipairs { "docker_mounts", "docker_env" } do
	for name, method in pairs(require("cnnrun.from." .. part)) do Line[name] = method end
end

local function new(about)
	return setmetatable({ about = about, list = {}, notes = {}, groups = {}, limits = {}, stop = {}, gpu = {},
		x11 = false, given = {}, values = {}, secrets = {}, numbers = {} }, Line)
end

function Line:add(verb, ...)
	local call = { verb, ... }
	self.list[#self.list + 1] = call
	return call
end

--- Once, whatever asks for it.
function Line:once(verb, ...)
	if not self.given[verb] then self.given[verb] = self:add(verb, ...) end
	return self.given[verb]
end

--- Variables in it are numbers.
function Line:number(text)
	for n in text:gmatch "\1%$(%d+)\2" do self.numbers[tonumber(n)] = true end
	return text
end

--- What has no equal, and why.
function Line:note(text)
	for _, old in ipairs(self.notes) do
		if old == text then return end
	end
	self.notes[#self.notes + 1] = text
end

--- The variable that a text is, and nothing else; nil when it is none.
function Line:variable(text)
	local n = text:match "^\1%$(%d+)\2$"
	local met = n and self.about.scope and self.about.scope.met[tonumber(n)]
	return met and not met.default and met.name or nil, met
end

local function is_me(self, user)
	local about = self.about
	local uid = user:match "^(.-):" or user
	if uid == "\1@user.uid\2" or uid == "\1@user.name\2" then return true end
	if not about.uid or about.uid == 0 then return false end
	return uid == tostring(about.uid) or uid == about.name
end

--- Who it runs as, and with whose rights: an image made for docker keeps docker's.
local function user_calls(self)
	local user, opts, call = self.user, {}
	if not user and self.about.image == false and #self.groups == 0 then return end
	local rights = true
	if #self.groups > 0 then opts.groups = self.groups end
	local numbers = (user or ""):find "^%d+:%d+$"
	if user and is_me(self, user) then
		call, rights = { "user", "host" }, false
	elseif user == "root" or user == "0" or user == "0:0" or user == "root:root" then
		call = { "user", "root" }
	elseif numbers then
		call, rights = { "user", user }, false
	elseif user and user:find "^%d+$" then
		call, rights = { "user", user }, false
		call.comment = "and the group of that number; docker's is the image's, else root's"
	else
		call = { "user", "image" }
		opts.name = user and user:match "^(.-):" or user
		local group = user and user:match ":(.+)$"
		if group then self:note(("--user %s: the group is the user's own in the image"):format(user)) end
		if not user then
			call.comment = "as the image has it; where it can be you, better \"host\" and no c:rights"
		end
	end
	if self.becomes and (call[2] == "image" or call[2] == "root") then opts.becomes = "host" end
	if next(opts) then call[3] = opts end
	table.insert(self.list, call)
	if rights and not self.drops_all then
		self:add("rights", "docker").comment = call[2] == "image" and not call.comment
			and "for sudo, or an entrypoint that changes user; try without" or nil
	end
end

local function limit_calls(self)
	if self.cpu_quota and self.cpu_quota > 0 and not self.limits.cpus then
		self.limits.cpus = self.cpu_quota / (self.cpu_period or 100000)
	end
	if next(self.limits) then self:add("limit", self.limits) end
	if next(self.stop) then self:add("stop", self.stop) end
	if self.domain then self.hostname = (self.hostname or "box") .. "." .. self.domain end
	if self.hostname then self:add("hostname", self.hostname) end
end

local function life_calls(self)
	if self.detached then
		self:add "detach".comment = self.tty and #self.command == 0 and "a container to live in is c:box()" or nil
	end
	if self.detached and not self.removed then
		self:add "keep".comment = "docker keeps it without --rm"
	elseif self.restart and not self.detached then
		self:add "keep"
	end
	if self.restart then self:add("restart", self.restart) end
end

local function program_calls(self)
	local list = {}
	for i, word in ipairs(self.command or {}) do
		if word ~= "\1@args\2" then
			list[#list + 1] = word:gsub("\1@args\2", "")
		elseif #self.command == 1 or i < #self.command then
			self:note "\"$@\": what follows -- on cnnrun's line is the command"
		else
			self:note "\"$@\": what follows -- on cnnrun's line stands in place of the whole command"
		end
	end
	if self.entrypoint then self:add("entrypoint", self.entrypoint ~= "" and { self.entrypoint } or {}) end
	if #list > 0 then self:add("command", list) end
end

local function image_call(self)
	local build = self.about.builds and self.about.builds[self.image]
	if build then return table.insert(self.list, build) end
	local opts = self.pull and { pull = self.pull } or nil
	if self.platform then
		self:note(("--platform %s: an image is this machine's; c:build { platform = … } builds for another")
			:format(self.platform))
	end
	self:add("image", self.image, opts)
end

--- docker leaves ports out where the network is the host's.
local function drop_ports(self)
	local list, host = {}, false
	for _, call in ipairs(self.list) do host = host or call[1] == "network" and call[2] == "host" end
	for _, call in ipairs(self.list) do
		if host and call[1] == "port" then
			self:note "-p: in the host's network every port is the host's own"
		else
			list[#list + 1] = call
		end
	end
	self.list = list
end

--- In a person's order, with what has no equal before the command.
function Line:calls()
	self:hardware()
	drop_ports(self)
	user_calls(self)
	limit_calls(self)
	life_calls(self)
	if self.image then image_call(self) end
	program_calls(self)
	local calls = {}
	for _, call in ipairs(order(self.list)) do
		if self.notes[1] and (call[1] == "entrypoint" or call[1] == "command") then self:put_notes(calls) end
		calls[#calls + 1] = call
	end
	self:put_notes(calls)
	return calls
end

function Line:put_notes(calls)
	for _, text in ipairs(self.notes) do calls[#calls + 1] = { comment = text } end
	self.notes = {}
end

return new
