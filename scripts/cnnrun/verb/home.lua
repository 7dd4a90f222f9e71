-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

---@class cnnrun.HomeOptions
---@field target? string

--- A directory of the project is the user's home, so that histories and settings stay; one
--- that is not there is made, and git ignores what comes into it.
--- Forms: `c:home "docker/home"`, `c:home("docker/home", { target = "/home/me" })`
--- Default: an empty `/home/NAME`
---@param source string
---@param opts? cnnrun.HomeOptions
local function home(r, source, opts, ...)
	check.no_more(...)
	local h = check.fields(opts, { target = check.target })
	h.source = check.source(source, "the directory")
	r:set("home", h)
end

return { home = home }
