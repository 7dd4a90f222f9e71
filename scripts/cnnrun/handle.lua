-- SPDX-License-Identifier: MIT
--- What cnn.start gives: a container on its way, to wait for, read, look into and end.
local check = require "cnnrun.check"
local door = require "cnnrun.door"
local unknown = require "cnnrun.unknown"

local handle = {}

local Handle = { __name = "handle" }
local methods = {}
local known = setmetatable({}, { __mode = "k" }) -- what is behind each

local RESULT = {
	code = 1, oom = 1, timed_out = 1, seconds = 1, digest = 1, stdout = 1, stderr = 1, truncated = 1,
}
local ENDS = { kill = 1, close = 1, terminate = 1, rm = 1, remove = 1 }

--- What to write for a name that a handle has not.
local function meant(name)
	if RESULT[name] then return ": write h:wait()." .. name end
	if ENDS[name] then return ": write h:stop()" end
	local guess = check.hint(name, methods)
	return guess ~= "" and guess or "; known are " .. check.names(methods)
end

Handle.__index = function(_, name)
	local found = methods[name]
	if found then return found end
	error(("h:%s: no such thing%s"):format(tostring(name), meant(name)), 2)
end

function Handle.__newindex(_, name)
	error(("h.%s: a handle holds nothing of yours"):format(tostring(name)), 2)
end

--- reply: the host's, to "start" or "exec".
function handle.new(reply, capture)
	local h = setmetatable({}, Handle)
	known[h] = { id = reply.handle, name = reply.name, capture = capture, recorded = reply.recorded }
	return h
end

--- What is behind h.
function handle.of(h, what)
	local k = known[h]
	if not k then check.fail("%s must be what cnn.start gave, not %s", what, check.show(h)) end
	return k
end

--- JSON has no NUL; see printed.c.
local function bytes(text)
	if not text:find("\xff", 1, true) then return text end
	return (text:gsub("\xff(.)", { ["0"] = "\0", ["1"] = "\xff" }))
end

--- All that is kept of a stream, and whether that is less than there was.
local function printed(k, stream)
	local parts, at, lost = {}, 0, false
	repeat
		local r, message, code = door.call("output", { handle = k.id, stream = stream, from = at })
		if not r then return nil, message, code end
		parts[#parts + 1] = bytes(r.text)
		at, lost = r.next, lost or r.lost
	until not r.more
	return table.concat(parts), lost
end

local function finish(k, r)
	k.ended = r
	if not r.err and k.capture then
		local lost
		r.stdout, r.truncated = printed(k, 1)
		r.stderr, lost = printed(k, 2)
		r.truncated = r.truncated or lost
	end
end

--- As h:wait() returns it.
local function outcome(k)
	if k.ended.err then return nil, k.ended.err, k.ended.code end
	return k.ended
end

--- As cnn.all and cnn.any have it, which are about several.
local function result(k)
	if k.recorded then return unknown.new() end
	if k.ended.err then return { code = k.ended.code, error = k.ended.err } end
	return k.ended
end

--- Waits for those of the list that have not ended yet: all of them, or any. nil, message,
--- code when the time is over first.
local function wait(list, any, timeout)
	local ids, by_id = check.as_list {}, {}
	for _, k in ipairs(list) do
		if k.recorded or k.ended then
			if any then return true end
		else
			ids[#ids + 1] = k.id
			by_id[tostring(k.id)] = k
		end
	end
	if #ids == 0 then return true end
	local r, message, code = door.call("wait", { handles = ids, any = any, timeout = timeout })
	if not r then return nil, message, code end
	local n = 0
	for id, how in pairs(r.ended) do
		finish(by_id[id], how)
		n = n + 1
	end
	if n == 0 or (not any and n < #ids) then return nil, "the time is over, and it still runs", 110 end
	return true
end

local WAIT = { timeout = check.time }

local function method(name, fn)
	methods[name] = check.api("h:" .. name, function(h, ...)
		if not known[h] then check.fail("call it with a colon, as in h:%s(...)", name) end
		return fn(known[h], ...)
	end)
end

--- Its result once it has ended; nil, message, code when it could not be started, or goes on
--- after the timeout.
method("wait", function(k, opts)
	local o = check.fields(opts, WAIT)
	if k.recorded then return unknown.new() end
	local ok, message, code = wait({ k }, false, o.timeout)
	if not ok then return nil, message, code end
	return outcome(k)
end)

--- Asks it to end, ends it when it does not, and waits for that.
method("stop", function(k)
	if k.recorded then return unknown.new() end
	if not k.ended then
		local _, message, code = door.call("stop", { handle = k.id })
		if message then return nil, message, code end
		_, message, code = wait({ k }, false)
		if message then return nil, message, code end
	end
	return outcome(k)
end)

--- "starting", "running" or "ended".
method("state", function(k)
	if k.recorded then return unknown.new() end
	if k.ended then return "ended" end
	return door.call("state", { handle = k.id })
end)

--- The name of its container.
method("name", function(k)
	if k.recorded then return unknown.new() end
	return k.name
end)

--- What it has printed so far: standard output, and standard error; the last 8 MiB of each.
method("logs", function(k)
	if k.recorded then return unknown.new(), unknown.new() end
	local out, message, code = printed(k, 1)
	if not out then return nil, message, code end
	return out, (printed(k, 2))
end)

--- An iterator over its lines, which waits for the next: line, "stdout" | "stderr".
method("lines", function(k)
	local batch, i, over = {}, 0, k.recorded
	if k.recorded then batch = { { 1, unknown.new() } } end
	return function()
		if i == #batch then
			local r = not over and door.call("lines", { handle = k.id })
			batch, i = r and r.lines or {}, 0
			if #batch == 0 then return nil end
		end
		i = i + 1
		local stream, line = batch[i][1], batch[i][2]
		return type(line) == "string" and bytes(line) or line, stream == 2 and "stderr" or "stdout"
	end
end)

local function several(list)
	if type(list) ~= "table" or #list == 0 then
		check.fail("needs a list of handles, not %s", type(list) == "table" and "an empty one"
			or check.show(list))
	end
	local all = {}
	for i, h in ipairs(list) do all[i] = handle.of(h, ("[%d]"):format(i)) end
	return all
end

--- Waits for all: their results in the same order; one that could not be started has error.
function handle.all(list, opts)
	local all, o = several(list), check.fields(opts, WAIT)
	local ok, message, code = wait(all, false, o.timeout)
	if not ok then return nil, message, code end
	local results = {}
	for i, k in ipairs(all) do results[i] = result(k) end
	return results
end

--- Waits for the first: its handle and its result.
function handle.any(list, opts)
	local all, o = several(list), check.fields(opts, WAIT)
	local ok, message, code = wait(all, true, o.timeout)
	if not ok then return nil, message, code end
	for i, k in ipairs(all) do
		if k.recorded or k.ended then return list[i], result(k) end
	end
end

--- What h:exec does is cnn.exec's.
function handle.set_exec(exec)
	methods.exec = check.api("h:exec", function(h, ...)
		if not known[h] then check.fail("call it with a colon, as in h:exec(...)") end
		return exec(h, ...)
	end)
end

function handle.is(v) return known[v] ~= nil end

return handle
