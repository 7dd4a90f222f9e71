-- SPDX-License-Identifier: MIT
--- What a profile gets from `local cnn = require "cnnrun"`.
local check = require "cnnrun.check"
local container = require "cnnrun.container"
local door = require "cnnrun.door"
local profile = require "cnnrun.profile"
local run = require "cnnrun.run"

return {
	version = door.version,
	profile = check.api("cnn.profile", profile.new),
	container = check.api("cnn.container", container.new),
	host = require "cnnrun.host",
	project = require "cnnrun.project",
	run = run.run,
	exec = run.exec,
	json = { encode = door.encode, decode = door.decode },
}
