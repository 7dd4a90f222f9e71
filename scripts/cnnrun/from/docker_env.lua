-- SPDX-License-Identifier: MIT
--- -e, --gpus, --network, -p and what else of a `docker run` line has a form of its own.
local fields = require "cnnrun.from.docker_mounts".fields
local env = {}

--- As src/plan/secret.c: such a value is better not in a file.
local MARKS = { "TOKEN", "PASS", "PWD", "KEY", "SECRET", "CREDENTIAL", "AUTH", "COOKIE", "JWT" }
local function is_secret(name, value)
	if value:find "://[^/?#@]*:[^/?#@]+@" then return true end
	for _, mark in ipairs(MARKS) do
		if name:upper():find(mark, 1, true) then return not name:find "AUTHOR" and name ~= "OLDPWD" end
	end
	return false
end

--- Variables that are part of a primitive.
local PARTS = {
	DISPLAY = "display", XAUTHORITY = "display", WAYLAND_DISPLAY = "wayland", PULSE_SERVER = "audio",
	PULSE_COOKIE = "audio", SSH_AUTH_SOCK = "ssh_agent", DBUS_SESSION_BUS_ADDRESS = "dbus",
	XDG_RUNTIME_DIR = false,
}

local function of_nvidia(self, name, value)
	if name == "NVIDIA_VISIBLE_DEVICES" and value then
		self.gpu.ids = value
		return true
	elseif name == "NVIDIA_DRIVER_CAPABILITIES" and value then
		self.gpu.capabilities = fields(value)
		return true
	end
end

function env:env(v)
	local name, value = v:match "^([^=]+)=(.*)$"
	name = name or v
	if name == "" or name:find "%s" then error(("-e %s names no variable"):format(v), 0) end
	if PARTS[name] then return self:once(PARTS[name]) end
	if PARTS[name] == false or of_nvidia(self, name, value) then return end
	if value == "\1@user.uid\2" or self.about.uid and self.about.uid > 0 and name:find "UID$"
		and value == tostring(self.about.uid) then
		self.becomes, value = true, "\1@user.uid\2"
	end
	local variable, met = self:variable(value or "")
	if not value or variable == name and not met.command then
		self:add("env", name)
	elseif is_secret(name, value) and value ~= "" and not value:find "\1" then
		self:add("env", name).comment = "from your environment: a secret is better not in a file"
		self.secrets[#self.secrets + 1] = name
	else
		self:add("env", name, value)
	end
end

--- all | 2 | "device=0,1" | driver=nvidia,count=1,"capabilities=compute,utility"
function env:gpus(v)
	local g = self.gpu
	g.asked = true
	for _, field in ipairs(fields(v)) do
		local key, value = field:match "^(%w+)=(.*)$"
		if not key then
			key, value = field:find "^%d+$" and "count" or "all", field
			if g.last == "device" then key, value = "device", g.ids .. "," .. field end
		end
		g.last = key
		if key == "device" then
			g.ids = value
		elseif key == "count" then
			g.count = value ~= "all" and value ~= "-1" and tonumber(value) or nil
		elseif key == "capabilities" then
			g.capabilities = fields(value)
		elseif key ~= "all" and key ~= "driver" then
			self:note(("--gpus %s: %s has no equal"):format(v, field))
		elseif key == "all" and value ~= "all" then
			g.ids = value
		end
	end
end

local GPU = { name = "devices", short = "d", about = "GPUs: 0 | 2,3 | all | none" }

--- What all that was said of GPUs comes to; what is on the screen.
function env:hardware()
	local g = self.gpu
	if not (g.asked or g.runtime or g.ids) then return end
	local opts = {}
	if g.runtime and not g.asked then opts.runtime = true end
	for _, one in ipairs(g.capabilities or {}) do
		if one ~= "gpu" then
			opts.capabilities = opts.capabilities or {}
			table.insert(opts.capabilities, one)
		end
	end
	if g.ids == "none" or g.ids == "void" then return end
	if g.count and not g.ids then
		opts.count = g.count
		return self:add("gpus", opts)
	end
	if (g.ids or ""):find "\1" then return self:add("gpus", g.ids, next(opts) and opts or nil) end
	local option = { default = g.ids or "all" }
	for key, value in pairs(GPU) do option[key] = value end
	self.options = { option }
	self:add("gpus", "\1devices\2", next(opts) and opts or nil)
end

local USUAL = { bridge = 1, default = 1, [""] = 1, slirp4netns = 1, pasta = 1 }

function env:network(v)
	if v:find "^container:" or v:find "^ns:" then
		return self:note(("--network %s: another container's cannot be had; c:service has one"):format(v))
	end
	for _, field in ipairs(fields(v)) do
		local key, value = field:match "^(%w[%w-]*)=(.*)$"
		if not key then value, key = field, "name" end
		if key ~= "name" then
			self:note(("--network %s: only its name counts"):format(v))
		elseif not USUAL[value:match "^[^:]*"] then
			self:add("network", value).comment = value ~= "host" and value ~= "none" and not value:find "\1"
				and "has to be there: docker network create" or nil
		end
	end
end

--- docker's is open to all the world; here for this machine, unless an address is said.
function env:publish(v)
	local parts = {}
	local address, rest = v:match "^(%[.-%]):(.*)$"
	for part in ((rest or v) .. ":"):gmatch "([^:]*):" do parts[#parts + 1] = part end
	if not address and #parts == 3 then address = table.remove(parts, 1) end
	if #parts > 2 or parts[#parts] == "" then error(("-p %s is not [ADDRESS:][HOST:]PORT"):format(v), 0) end
	local inside, host = parts[#parts], parts[2] and parts[1] or ""
	local plain = inside:match "^(.-)/tcp$" or inside
	self:number(host)
	if address and address ~= "" then
		return self:add("port", ("%s:%s:%s"):format(address, host, inside))
	elseif host == plain and plain:find "^%d+$" then
		return self:add("port", tonumber(plain))
	elseif host == "" and plain:find "^%d+$" then
		return self:add("port", { container = tonumber(plain), host = 0 })
	elseif host == "" then
		error(("-p %s: name the port of this machine, as in -p %s:%s"):format(v, inside:match "^[^/]*", inside), 0)
	elseif host:find "^\1[^\2]*\2$" and plain:find "^%d+$" then
		return self:add("port", { host = host, container = tonumber(plain) })
	end
	self:add("port", host .. ":" .. plain)
end

--- nofile=1024:4096, memlock=-1
function env:ulimit(v)
	local name, soft, hard = v:match "^([%l_]+)=(%-?[%w]+):?(%-?[%w]*)$"
	if not name then error(("--ulimit %s is not NAME=SOFT[:HARD]"):format(v), 0) end
	local function value(text)
		if text == "-1" or text == "unlimited" then return "unlimited" end
		return tonumber(text) or error(("--ulimit %s is not NAME=SOFT[:HARD]"):format(v), 0)
	end
	if hard == "" or hard == soft then return self:add("ulimit", name, value(soft)) end
	self:add("ulimit", name, value(soft), value(hard))
end

--- Without other rights than the least none is gained anyway.
function env:security(v)
	local option = v:gsub("^([%w-]+):", "%1=", 1)
	if option:find "^no%-new%-privileges" then
		self:add("security", option:find "false" and "no-new-privileges=false" or "no-new-privileges")
		return
	end
	if option:find "^label=" or option:find "^systempaths=" or option:find "^apparmor="
		or option == "seccomp=unconfined"
		or option:find "^seccomp=" then
		local key, path = option:match "^(seccomp)=(.+)$"
		if key and path ~= "unconfined" then option = "seccomp=" .. self:path(path) end
		self:add("security", option)
		return
	end
	self:note(("--security-opt %s has no equal"):format(v))
end

return env
