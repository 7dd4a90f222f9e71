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

return {
	version = door.version,
	profile = check.api("cnn.profile", profile.new),
	container = check.api("cnn.container", container.new),
	host = require "cnnrun.host",
	project = require "cnnrun.project",
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
