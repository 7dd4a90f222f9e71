-- SPDX-License-Identifier: MIT
--- A newcomer: a project, what the program says of what is written there, and what it says to
--- write.
local assert = require "luassert"

local newcomer = {}

local project

local function write(name, text)
	local f = assert(io.open(project .. "/" .. name, "w"))
	f:write(text)
	f:close()
end

local cnnrun = require "tests.lua.program"
local output, program = cnnrun.output, cnnrun.path

--- What `cnnrun plan` says of a profile of this text, and whether it took it.
function newcomer.planned(text)
	write("cnnrun.lua", text)
	return output(("cd '%s' && '%s' plan 2>&1"):format(project, program))
end

function newcomer.profile(setup, options, fields)
	return ([[
local cnn = require "cnnrun"
return cnn.profile {
	options = { %s }, %s
	setup = function(c, opt)
c:image "debian:12"
%s
	end,
}
]]):format(options or 'headless = { type = "boolean" }', fields or "", setup or "")
end

--- The message, without where and of which project.
function newcomer.message(said)
	local text = said:match "^cnnrun: error: (.-)\n$"
	assert(text, "no error: " .. said)
	assert.is_nil(text:find("\n", 1, true), text)
	local rest = text:match "^cnnrun.lua:%d+: (.*)$"
	assert(rest, "no place in the profile: " .. text)
	return (rest:gsub(project:gsub("%p", "%%%0"), "PROJECT"))
end

--- What an answer says to write: the longest beginning of it that is Lua; and the options.
function newcomer.line_of(answer, as)
	local text = answer:match "%f[%a]write (.*)$"
	if not text then return nil end
	local options
	text = text:gsub(", with options = (%b{})$", function(t)
		options = t:sub(2, -2)
		return ""
	end)
	while text do
		if load((as or "%s"):gsub("%%s", function() return text end)) then return text, options end
		text = text:match "^(.*)[;,] [^;,]*$"
	end
	error("nothing to write in: " .. answer)
end

function newcomer.put(template, text)
	return (template:gsub("%%s", function() return text end))
end

--- In the project, as typed; with 2>&1.
function newcomer.typed(words)
	return output(("cd '%s' && PATH='%s:'$PATH %s 2>&1"):format(project, program:match "^(.*)/", words))
end

newcomer.write = write

function newcomer.arrive()
	project = output "mktemp -d /tmp/cnnrun-mistakes.XXXXXX":match "[^\n]+"
	assert(os.execute(("mkdir '%s/docker' '%s/data' '%s/config' '%s/lib'"):format(project, project, project,
		project)))
	for _, name in ipairs { "Dockerfile", "docker/Dockerfile" } do write(name, "FROM debian:12\n") end
	for _, name in ipairs { ".env", "VERSION", "config/app.ini" } do write(name, "") end
end

function newcomer.leave() os.execute(("rm -r '%s'"):format(project)) end

return newcomer
