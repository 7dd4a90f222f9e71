-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

---@class cnnrun.HomeOptions
---@field target? string
---@field carry? boolean|"elsewhere" a copy at the engine, which stays there

--- A directory of the project is the user's home, so that histories and settings stay; one
--- that is not there is made, and git ignores what comes into it.
--- Forms: `c:home "docker/home"`, `c:home("docker/home", { target = "/home/me" })`,
--- `{ carry = "elsewhere" }` has a copy on the engine's machine, where that is another
--- Default: an empty `/home/NAME`
---@param source string
---@param opts? cnnrun.HomeOptions
local function home(r, source, opts, ...)
	check.no_more(...)
	local h = check.fields(opts, { target = check.target, carry = check.carry })
	h.source = check.source(source, "the directory")
	r:set("home", h)
end

return { home = home }
