-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local function host(v, what) return check.string(v, what):lower() end

local FIELDS = { allow = check.list_of(host) }

---@class cnnrun.NetworkOptions
---@field allow string|string[] "example.org", "*.example.net:443"; ports 80 and 443 unless named

--- Which network the container is in; or no network, but [a way to the listed
--- hosts](sandbox.md).
--- Forms: `c:network "bridge"`, `c:network "none"`, `c:network "host"`, `c:network "mynet"`,
--- `c:network { allow = { "example.org", "*.example.net:443" } }`
--- Default: bridge
---@param network "bridge"|"none"|"host"|string|cnnrun.NetworkOptions
local function network(r, v, ...)
	check.no_more(...)
	if type(v) ~= "table" then
		r:set("network", check.string(v, "the network"))
		r:set("network_allow", nil)
		return
	end
	local allow = check.fields(v, FIELDS).allow
	if not allow then check.fail('needs a name, or { allow = { "example.org" } }') end
	r:set("network", "none")
	r:set("network_allow", #allow > 0 and allow or nil)
end

return { network = network }
