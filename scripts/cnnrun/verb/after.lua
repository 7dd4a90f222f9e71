-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local list = check.list_of(function(v, what)
	return math.type(v) == "integer" and tostring(v) or check.string(v, what)
end)

local function names(v, what)
	return list(math.type(v) == "integer" and { v } or v, what)
end

local OPTIONS = { state = check.string }

---@class cnnrun.AfterOptions
---@field state? "ok"|"any"|"failed"|"started" how the job has to have gone; default "ok"

--- Of a service: the services that are to be ready before it starts. Of the profile: jobs of the
--- cluster, by their numbers, that are to have ended well before it starts (`--on slurm`); where
--- one of them can no longer end so, this one is cancelled.
--- Forms: `s:after "db"`, `s:after { "db", "cache" }`; `s:unafter "db"`; `c:after(42)`,
--- `c:after({ 42, "43_1" }, { state = "any" })`; `c:unafter(42)`
--- Default: it starts at once
---@param what string|integer|(string|integer)[]
---@param opts? cnnrun.AfterOptions of jobs
local function after(r, what, opts, ...)
	check.no_more(...)
	local set = opts ~= nil and check.fields(opts, OPTIONS, "the second argument") or {}
	for _, one in ipairs(names(what, "the services")) do
		if one:find "^%d" then
			r:replace("after_job", { job = one, state = set.state }, "job")
		elseif set.state then
			check.fail("state is for jobs, which have numbers, not for %s", check.show(one))
		else
			r:include("after", one)
		end
	end
end

--- Takes back that it waits for a service or a job.
---@param what string|integer
local function unafter(r, what, ...)
	check.no_more(...)
	for _, one in ipairs(names(what, "the service")) do
		r:drop("after", function(old) return old == one end)
		r:drop("after_job", function(old) return old.job == one end)
	end
end

return { after = after, unafter = unafter }
