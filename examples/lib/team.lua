-- SPDX-License-Identifier: MIT
-- What every profile of a team shares: an ordinary Lua module beside the profiles.
local team = {}

--- The team's caches and settings, the same in every container.
function team.settings(c)
	c:volume("team-pip-cache", "/var/cache/pip")
	c:env { PIP_CACHE_DIR = "/var/cache/pip", PIP_INDEX_URL = "https://pypi.example.com/simple" }
	c:env "LANG"
	c:label("com.example.team", "vision")
end

return team
