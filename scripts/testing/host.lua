-- SPDX-License-Identifier: MIT
--- A machine that is not there: what t.host takes, and what it answers at the door.
local host = {}

local function list_of(n, make)
	local list = {}
	for i = 1, n do list[i] = make(i) end
	return list
end

--- Two GPUs are 2, or a list of what is different about them.
local function gpus(v)
	if type(v) == "number" then v = list_of(v, function() return {} end) end
	local list = setmetatable({}, { __jsontype = "array" })
	for i, given in ipairs(v or {}) do
		local g = { index = i - 1, uuid = ("GPU-%08x"):format(i - 1), name = "Test", memory = 24 << 30 }
		for key, value in pairs(given) do g[key] = value end
		list[i] = g
	end
	return list
end

local function user(v)
	if type(v) ~= "table" then v = { name = v or "ada" } end
	local name = v.name or "ada"
	local u = { uid = 1000, gid = 1000, name = name, group = name, home = "/home/" .. name }
	for key, value in pairs(v) do u[key] = value end
	local groups = { { name = u.group, gid = u.gid } }
	for i, g in ipairs(v.groups or {}) do
		groups[#groups + 1] = type(g) == "table" and g or { name = g, gid = 2000 + i }
	end
	u.groups = groups
	return u
end

local function engine(v, n_gpus)
	if v == false then return false end
	local e = { name = "docker", version = "27.0.0", rootless = false, buildkit = true,
		nvidia = n_gpus > 0, cpus = 8, memory = 16 << 30 }
	for key, value in pairs(v or {}) do e[key] = value end
	return e
end

local KNOWN = { gpus = 1, user = 1, engine = 1, arch = 1, name = 1, env = 1, display = 1, project = 1,
	files = 1, runs = 1, changes = 1 }

--- A table of facts, whole: what is not said has a value that never changes.
function host.new(t)
	local h = {}
	for key, value in pairs(t or {}) do
		if not KNOWN[key] then error(("t.host: unknown key %q; known are arch, changes, display, "
			.. "engine, env, files, gpus, name, project, runs, user"):format(tostring(key)), 3) end
		h[key] = value
	end
	h.gpus, h.user = gpus(h.gpus), user(h.user)
	h.engine = engine(h.engine, #h.gpus)
	h.arch, h.name = h.arch or "amd64", h.name or "machine"
	h.project = h.project or h.user.home .. "/project"
	h.env = setmetatable({ DISPLAY = h.display or nil }, { __index = h.env or { LANG = "C.UTF-8" } })
	return h
end

local function refused(path) return nil, path .. ": outside the project", 13 end

local function is_outside(path) return path:find "^/" or ("/" .. path .. "/"):find("/../", 1, true) end

--- The files of a project: those that the host was given, as path = text, or the real ones.
local function real(path)
	local f = io.open(path)
	if not f then return nil, path .. ": No such file or directory", 2 end
	local text, problem = f:read "a"
	f:close()
	return text or nil, problem, 21
end

local function read(h, path)
	if is_outside(path) then return refused(path) end
	if not h.files then return real(path) end
	if h.files[path] then return h.files[path] end
	return nil, path .. ": No such file or directory", 2
end

local function exists(h, path)
	if is_outside(path) then return refused(path) end
	if not h.files then
		local f = io.open(path)
		if f then f:close() end
		return f ~= nil
	end
	if h.files[path] then return true end
	for file in pairs(h.files) do
		if file:sub(1, #path + 1) == path .. "/" then return true end
	end
	return path == "."
end

--- One part of a shell's pattern as Lua's.
local function pattern(part)
	return "^" .. part:gsub("[%^%$%(%)%%%.%+%-]", "%%%0"):gsub("%*", "[^/]*"):gsub("%?", "[^/]")
		:gsub("%[!", "[^") .. "$"
end

local function glob(h, path)
	if is_outside(path) then return refused(path) end
	local list = setmetatable({}, { __jsontype = "array" })
	if h.files then
		for file in pairs(h.files) do
			if file:find(pattern(path)) then list[#list + 1] = file end
		end
		table.sort(list)
		return list
	end
	local f = assert(io.popen(("ls -d -- %s 2>/dev/null"):format(path:gsub("[^%w_./*?%[%]!-]", "\\%0"))))
	for line in f:lines() do list[#list + 1] = line end
	f:close()
	return list
end

--- What a door to this machine answers: op → function of the arguments. may_read(name) says
--- whether a profile may know that variable, or nil and why not.
function host.answers(h, may_read)
	return {
		["host.gpus"] = function() return h.gpus end,
		["host.user"] = function() return h.user end,
		["host.arch"] = function() return h.arch end,
		["host.name"] = function() return h.name end,
		["host.engine"] = function() return h.engine or nil end,
		["host.env"] = function(a)
			local ok, why = may_read(a.name)
			if not ok then return nil, why, 13 end
			return h.env[a.name]
		end,
		["project.dir"] = function() return h.project end,
		["project.read"] = function(a) return read(h, a.path) end,
		["project.exists"] = function(a) return exists(h, a.path) end,
		["project.glob"] = function(a) return glob(h, a.path) end,
	}
end

return host
