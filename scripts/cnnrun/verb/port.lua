-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local FORMS = '8080, "8080:80", "8000-8010:8000-8010", "0.0.0.0:8080:80/udp" or { container = 80 }'
local FIELDS = {
	host_ip = check.string, host = check.integer, container = check.integer,
	host_end = check.integer, container_end = check.integer, protocol = check.string,
}

--- "8000-8010" or "8000": the first, and the last of a range.
local function range(text)
	local first, last = text:match "^(%d+)%-?(%d*)$"
	if not first or text:find "%-$" then return nil end
	return tonumber(first), tonumber(last)
end

local function from_text(text)
	local head, protocol = text:match("^([^/]+)/?(%a*)$")
	local address, rest = (head or ""):match("^%[([%x:]+)%]:(.+)$")
	if not address then address, rest = (head or ""):match("^(%d+%.[%d.]+):(.*:.+)$") end
	local host, inner = (rest or head or ""):match("^([%d-]*):([%d-]+)$")
	if not host and not address then
		inner = head or ""
		host = inner
	end
	local p = { host_ip = address, protocol = protocol ~= "" and protocol or nil }
	p.container, p.container_end = range(inner or "")
	p.host, p.host_end = range(host or "")
	if host == "" then p.host = 0 end
	if not p.container or not p.host then
		check.fail("%s is no port; what works is %s", check.show(text), FORMS)
	end
	return p
end

---@class cnnrun.Port
---@field container integer
---@field host? integer 0 = the engine chooses
---@field host_end? integer the last of a range
---@field container_end? integer the last of a range
---@field host_ip? string 127.0.0.1 unless given
---@field protocol? "tcp"|"udp"|"sctp"

--- A port of the host leads into the container; only from this machine unless an address is
--- given. Of a container on an engine behind ssh it is this machine's all the same.
--- Forms: `c:port(8080)`, `c:port "8080:80"`, `c:port { 8080, "8443:443" }`, `c:port "0.0.0.0:8080:80/udp"`,
--- `c:port "8000-8010:8000-8010"`, `c:port "8000-8010:80"` takes one that is free,
--- `c:port { container = 80, host = 0 }`; `c:unport(80)`
--- Default: on 127.0.0.1, tcp
---@param port integer|string|cnnrun.Port|(integer|string|cnnrun.Port)[]
local function port(r, v, ...)
	check.no_more(...)
	local t = v
	if type(v) == "number" then
		t = { host = v, container = v }
	elseif type(v) == "string" then
		t = from_text(v)
	elseif type(v) ~= "table" then
		check.fail("needs %s, not %s", FORMS, check.show(v))
	elseif v[1] ~= nil then
		return check.each(v, function(one) port(r, one) end)
	end
	local p = check.fields(t, FIELDS)
	if not p.container then check.fail("container is missing: the port in the container") end
	if not p.host then p.host, p.host_end = p.container, p.container_end end
	r:add("port", p)
end

--- Takes back what leads to a port of the container, a range as a whole.
---@param container_port integer
local function unport(r, container, ...)
	check.no_more(...)
	FIELDS.container(container, "the port in the container")
	r:drop("port", function(p)
		return container >= p.container and container <= (p.container_end or p.container)
	end)
end

return { port = port, unport = unport }
