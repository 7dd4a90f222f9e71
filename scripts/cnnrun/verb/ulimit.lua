-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local function value(v, what)
	if v == "unlimited" then return -1 end
	return check.integer(v, what)
end

--- A limit of each process; hard is soft unless given.
--- Forms: `c:ulimit("nofile", 1024)`, `c:ulimit("nofile", 1024, 4096)`,
--- `c:ulimit("memlock", "unlimited")`; `c:unulimit "nofile"`
--- Default: the engine's
---@param name string
---@param soft integer|"unlimited"
---@param hard? integer|"unlimited"
local function ulimit(r, name, soft, hard, ...)
	check.no_more(...)
	r:replace("ulimit", {
		name = check.string(name, "the limit"), soft = value(soft, "soft"),
		hard = hard ~= nil and value(hard, "hard") or nil,
	}, "name")
end

--- Takes back a ulimit.
---@param name string
local function unulimit(r, name, ...)
	check.no_more(...)
	check.string(name, "the limit")
	r:drop("ulimit", function(u) return u.name == name end)
end

return { ulimit = ulimit, unulimit = unulimit }
