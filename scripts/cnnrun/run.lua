-- SPDX-License-Identifier: MIT
--- For scripts that steer: run a container to its end, or a command in a running one.
local check = require "cnnrun.check"
local container = require "cnnrun.container"
local door = require "cnnrun.door"

local RUN = { capture = check.boolean, input = check.text }
local EXEC = {
	capture = check.boolean, input = check.text, user = check.string, workdir = check.target,
}

--- { code =, stdout =, stderr =, seconds = } (the texts only with capture = true); nil,
--- message, code when it could not be started.
local function run(c, opts)
	local r = container.recipe(c)
	if not r then check.fail("the first argument must be a container, not %s", check.show(c)) end
	local o = check.fields(opts, RUN)
	return door.call("run", { plan = r:plan(), capture = o.capture, input = o.input })
end

local function exec(name, command, opts)
	local o = check.fields(opts, EXEC)
	return door.call("exec", {
		container = check.string(name, "the container's name"),
		command = check.list_of(check.text)(command, "command"),
		capture = o.capture, input = o.input, user = o.user, workdir = o.workdir,
	})
end

return { run = check.api("cnn.run", run), exec = check.api("cnn.exec", exec) }
