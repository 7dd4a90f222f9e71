-- SPDX-License-Identifier: MIT
--- What a profile gets from `local cnn = require "cnnrun"`.
local check = require "cnnrun.check"
local container = require "cnnrun.container"
local door = require "cnnrun.door"
local profile = require "cnnrun.profile"

--- Read when it is first called: most profiles do not steer.
local function steer(name)
	return function(...) return require "cnnrun.run"[name](...) end
end

local host, project = require "cnnrun.host", require "cnnrun.project"

local cnn = {
	version = door.version,
	profile = check.api("cnn.profile", profile.new),
	container = check.api("cnn.container", container.new),
	host = host,
	project = project,
	run = steer "run",
	start = steer "start",
	exec = steer "exec",
	all = steer "all",
	any = steer "any",
	build = steer "build",
	sleep = steer "sleep",
	watch = steer "watch",
	now = steer "now",
	known = steer "known",
	json = { encode = door.encode, decode = door.decode },
}

--- What is not there is a slip, and some slips are known.
local function strict(label, t, meant)
	return setmetatable(t, { __index = function(_, name)
		local line = require "cnnrun.missing"[meant](name)
		error(("%s.%s: %s"):format(label, tostring(name), line or ("no such function%s; known are %s")
			:format(check.hint(name, t), check.names(t))), 2)
	end })
end

strict("cnn.host", host, "fact")
strict("cnn.project", project, "file")
return strict("cnn", cnn, "call")
