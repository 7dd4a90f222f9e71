-- SPDX-License-Identifier: MIT
--- What makes a run one of several parts, or one that goes on where it was.
local check = require "cnnrun.check"

local function whole(v, what)
	local n = math.ceil(check.time(v, what))
	return math.tointeger(n) or check.fail("%s is too long: %s", what, check.show(v))
end

local function signal(v, what)
	return (check.string(v, what):upper():gsub("^SIG", ""))
end

local TASKS = { per_node = check.integer }
local CHECKPOINT = { signal = signal, before = whole, status = check.integer }

---@class cnnrun.TasksOptions
---@field per_node integer on each node

--- Tasks, each a container of its own; this machine runs one.
--- Forms: `c:tasks { per_node = 2 }`
--- Default: one on each node
---@param opts cnnrun.TasksOptions
local function tasks(r, opts, ...)
	check.no_more(...)
	local t = check.fields(opts, TASKS, "the argument")
	if not t.per_node then check.fail("needs { per_node = ... }") end
	r:set("tasks/per_node", t.per_node)
end

--- How long it may run: then all ends, with status 124. The same as `c:limit { time = "2h" }`.
--- Forms: `c:time "2h"`, `c:time(90)`
--- Default: no end
---@param time string|integer seconds, or "30m", "4h"
local function time(r, v, ...)
	check.no_more(...)
	r:set("limit/time", whole(v, "the time"))
end

---@class cnnrun.CheckpointOptions
---@field signal? "TERM"|"USR1"|"USR2"|"INT"|"HUP"|"QUIT"|"CONT" what tells it; default "TERM"
---@field before? string|integer so long before its time is over; default "60s"
---@field status? integer how it ends when it is to be run again; default 75

--- Before its time is over it gets a signal, by which it may save what it has; the status that
--- it then ends with has it run again, where `c:retries` allows that.
--- Forms: `c:checkpoint { signal = "USR1", before = "60s", status = 75 }`, `c:checkpoint {}`
--- Default: no signal
---@param opts? cnnrun.CheckpointOptions
local function checkpoint(r, opts, ...)
	check.no_more(...)
	r:set("checkpoint", check.fields(opts, CHECKPOINT, "the argument"))
end

local function item(v, what)
	local text = check.value(v, what)
	if text == "" then check.fail("%s must not be empty", what) end
	return text
end

local values = check.list_of(item)

--- A task for each value of an option of the profile, for each combination where there are
--- several: `opt.lr` is another in each. As many run at once as GPUs are free for, else one
--- after the other (see `c:parallel`), and one that fails leaves the others alone; the status is
--- that of the first that failed.
--- Forms: `c:sweep { lr = { 1e-2, 1e-3 }, seed = { 1, 2, 3 } }`; `c:unsweep "lr"`
--- Default: none
---@param options table<string, (string|number|boolean)[]>
local function sweep(r, options, ...)
	check.no_more(...)
	if type(options) ~= "table" or not next(options) then
		check.fail("needs options and their values, as in { lr = { 0.1, 0.01 } }, not %s", check.show(options))
	end
	local names = {}
	for name in pairs(options) do names[#names + 1] = check.string(name, "an option") end
	table.sort(names)
	for _, name in ipairs(names) do
		local list = values(options[name], name)
		if #list == 0 then check.fail("%s has no values", name) end
		r:replace("sweep", { option = name, values = list }, "option")
	end
end

--- Takes back an option of a sweep.
---@param option string|string[]
local function unsweep(r, option, ...)
	check.no_more(...)
	check.each(option, function(one)
		check.string(one, "the option")
		r:drop("sweep", function(old) return old.option == one end)
	end)
end

return { tasks = tasks, time = time, checkpoint = checkpoint, sweep = sweep, unsweep = unsweep }
