-- SPDX-License-Identifier: MIT
--- c:restart("no" | "on-failure" | "on-failure:3" | "always" | "unless-stopped"): needs
--- c:keep().
local check = require "cnnrun.check"

local policy = check.one_of("no", "on-failure", "always", "unless-stopped")

local function restart(r, v, ...)
	check.no_more(...)
	if type(v) ~= "string" or not v:find("^on%-failure:%d+$") then policy(v, "the policy") end
	r:set("restart", v)
end

return { restart = restart }
