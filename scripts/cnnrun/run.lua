-- SPDX-License-Identifier: MIT
--- For scripts that steer: containers one after the other or several at once, commands in
--- running ones, images, files that change.
local check = require "cnnrun.check"
local container = require "cnnrun.container"
local door = require "cnnrun.door"
local handle = require "cnnrun.handle"
local unknown = require "cnnrun.unknown"

local RUN = { capture = check.boolean, input = check.text, timeout = check.time, label = check.string }
local START = {
	capture = check.boolean, input = check.text, timeout = check.time, label = check.string,
	jobs = check.integer,
}
local EXEC = {
	capture = check.boolean, input = check.text, user = check.string, workdir = check.target,
}

local function plan_of(c)
	local r = container.recipe(c)
	if not r then check.fail("the first argument must be a container, not %s", check.show(c)) end
	return r:plan()
end

local function started(op, capture, args)
	local reply, message, code = door.call(op, args)
	if not reply then return nil, message, code end
	return handle.new(reply, capture)
end

--- The result of what nobody else has a handle of.
local function outcome_of(h, message, code)
	if not h then return nil, message, code end
	local k = handle.of(h, "h")
	local r
	r, message, code = h:wait()
	if not k.recorded then door.call("forget", { handle = k.id }) end
	return r, message, code
end

--- A handle at once; nil, message, code when it is not allowed or there is no image.
local function start(c, opts)
	local plan, o = plan_of(c), check.fields(opts, START)
	return started("start", o.capture, { plan = plan, capture = o.capture, input = o.input,
		timeout = o.timeout, label = o.label, jobs = o.jobs })
end

--- Its result; nil, message, code when it could not be started.
local function run(c, opts)
	local plan, o = plan_of(c), check.fields(opts, RUN)
	return outcome_of(started("start", o.capture, { plan = plan, capture = o.capture,
		input = o.input, timeout = o.timeout, label = o.label,
		foreground = not o.capture and o.input == nil }))
end

local function exec(which, command, opts)
	local o = check.fields(opts, EXEC)
	local its = handle.is(which) and handle.of(which, "h")
	return outcome_of(started("exec", o.capture, {
		handle = its and its.id or nil,
		container = not its and check.string(which, "the container's name") or its.recorded and "it" or nil,
		command = check.list_of(check.text)(command, "command"),
		capture = o.capture, input = o.input, user = o.user, workdir = o.workdir,
		foreground = not o.capture,
	}))
end

--- { image =, id = } once it is there.
local function build(c)
	local r, message, code = door.call("build", { plan = plan_of(c) })
	if not r then return nil, message, code end
	return r.recorded and unknown.new() or r
end

local function sleep(time)
	local _, message, code = door.call("sleep", { seconds = check.time(time, "the time") })
	if message then return nil, message, code end
	return true
end

local WATCH = { debounce = check.time, timeout = check.time }
local watches = 0

--- An iterator: a list of the paths that changed, each time some did.
local function watch(paths, opts)
	local o = check.fields(opts, WATCH)
	watches = watches + 1
	local args = { id = watches, paths = check.list_of(check.string)(paths, "paths"),
		debounce = o.debounce, timeout = o.timeout, begin = true }
	local recorded, message = door.call("watch", args)
	if message then check.fail("%s", message) end
	args.begin = nil
	return function()
		if recorded then
			local once = recorded.recorded and unknown.new() or nil
			recorded = {}
			return once
		end
		local changed, why = door.call("watch", args)
		if why then error(why, 0) end
		return #changed > 0 and changed or nil
	end
end

handle.set_exec(exec)

return {
	run = check.api("cnn.run", run),
	start = check.api("cnn.start", start),
	exec = check.api("cnn.exec", exec),
	all = check.api("cnn.all", handle.all),
	any = check.api("cnn.any", handle.any),
	build = check.api("cnn.build", build),
	sleep = check.api("cnn.sleep", sleep),
	watch = check.api("cnn.watch", watch),
	now = check.api("cnn.now", function() return door.call "now" end),
	known = check.api("cnn.known", unknown.is_known),
}
