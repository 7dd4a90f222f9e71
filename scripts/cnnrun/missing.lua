-- SPDX-License-Identifier: MIT
--- Names that are not there, of Lua and of cnn: why, and what to write. Read when one is asked
--- for.
local familiar = require "cnnrun.familiar"

local missing = {}

local NO_FILES = 'a profile opens no files; write cnn.project.read "VERSION"'
local NO_PROGRAMS = 'a profile starts no programs; write c:command { "true" }'
local NO_CLOCK = "a profile has no os; write cnn.now()"
local NO_CODE = 'a profile runs no text; a file of the project comes by require "NAME"'

--- By what stands behind the dot, or "" for any.
local tables = {
	os = {
		getenv = 'a profile has no os; write cnn.host.env "LANG"; c:env "NAME" passes any on',
		execute = NO_PROGRAMS, exit = 'a profile ends by itself; write error "why"',
		time = NO_CLOCK, date = NO_CLOCK, clock = NO_CLOCK, difftime = NO_CLOCK,
		[""] = "a profile has no os; cnn.host tells facts of this machine",
	},
	io = {
		write = 'a profile has no io; write print "text"', popen = NO_PROGRAMS,
		stderr = 'a profile has no io; write print "text"',
		stdout = 'a profile has no io; write print "text"',
		[""] = NO_FILES,
	},
	package = { [""] = 'modules of the project come by require "NAME"' },
	debug = { traceback = "cnnrun --verbose shows the traceback", [""] = "a profile has no debug" },
	cnn = { [""] = 'begin the file with local cnn = require "cnnrun"' },
	c = { [""] = "c is what setup is given: setup = function(c, opt) … end" },
	opt = { [""] = "opt is what setup is given: setup = function(c, opt) … end" },
	docker = { [""] = 'begin the file with local cnn = require "cnnrun"' },
	container = { [""] = "setup is given it: setup = function(c, opt) … end" },
}

local functions = {
	load = NO_CODE, loadstring = NO_CODE, loadfile = NO_CODE, dofile = NO_CODE,
	collectgarbage = "a profile's memory is limited, and freed when it ends",
	setfenv = NO_CODE, getfenv = NO_CODE, warn = 'write print "text"',
	unpack = "this is Lua 5.4: write table.unpack", exit = 'write error "why"',
	sleep = 'write cnn.sleep "2s"',
	printf = 'write print(("%d"):format(1))',
}

--- In place of nil: using it says what to write. nil where nothing is known of the name.
function missing.stand_in(name)
	local of = tables[name]
	if of then
		return setmetatable({}, { __metatable = false, __index = function(_, key)
			error(("%s.%s: %s"):format(name, tostring(key), of[key] or of[""]), 2)
		end })
	end
	local why = functions[name]
	return why and function() error(("%s: %s"):format(name, why), 2) end or nil
end

local facts = {
	env = 'cnn.host.env "LANG"', getenv = 'cnn.host.env "LANG"', environ = 'cnn.host.env "LANG"',
	hostname = "cnn.host.name()", uname = "cnn.host.arch()", machine = "cnn.host.arch()",
	cpu = "cnn.host.arch()", gpu = "cnn.host.gpus()", home = "cnn.host.user().home",
	uid = "cnn.host.user().uid", gid = "cnn.host.user().gid", username = "cnn.host.user().name",
	whoami = "cnn.host.user().name", groups = "cnn.host.user().groups", docker = "cnn.host.engine()",
	arch = "cnn.host.arch()",
}

--- What to write for a function that cnn.host has not.
function missing.fact(name)
	return facts[name] and "write " .. facts[name] or nil
end

local files = {
	open = 'cnn.project.read "VERSION"', readfile = 'cnn.project.read "VERSION"',
	exist = 'cnn.project.exists "Dockerfile"', has = 'cnn.project.exists "Dockerfile"',
	stat = 'cnn.project.exists "Dockerfile"', files = 'cnn.project.glob "*.lua"',
	list = 'cnn.project.glob "*.lua"', path = "cnn.project.dir()", root = "cnn.project.dir()",
	write = { nil, "a profile writes no files: what it starts does" },
}

--- The same for cnn.project.
function missing.file(name)
	return files[name] and familiar.told(files[name]) or nil
end

--- The same for cnn itself, where all of these are looked for.
function missing.call(name)
	for _, of in ipairs { "host", "project" } do
		if rawget(require("cnnrun." .. of), name) then return ("write cnn.%s.%s"):format(of, name) end
	end
	return missing.fact(name) or familiar.field(name)
end

return missing
