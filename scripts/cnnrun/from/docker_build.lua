-- SPDX-License-Identifier: MIT
--- The words of `docker build` as one call of c:build.
local VALUES = { ["build-arg"] = 1, tag = 1, file = 1, target = 1, network = 1, platform = 1, label = 1,
	["cache-from"] = 1, ["cache-to"] = 1, secret = 1, ssh = 1, ["build-context"] = 1, progress = 1, iidfile = 1,
	["metadata-file"] = 1, output = 1, ["shm-size"] = 1, ulimit = 1, ["add-host"] = 1, builder = 1, memory = 1,
	["memory-swap"] = 1, ["cpu-shares"] = 1, ["cpu-quota"] = 1, ["cpu-period"] = 1, ["cpuset-cpus"] = 1,
	["cpuset-mems"] = 1, ["cgroup-parent"] = 1, ["security-opt"] = 1, isolation = 1, attest = 1, allow = 1,
	annotation = 1, sbom = 1, provenance = 1, format = 1, volume = 1 }
local LETTERS = { t = "tag", f = "file", o = "output", m = "memory", c = "cpu-shares", v = "volume" }

--- Where the options of `docker build` begin; nil when the words are none.
local function begins(words)
	local i = 1
	while words[i] == "sudo" or words[i] == "exec" or words[i] == "time" do i = i + 1 end
	local engine = (words[i] or ""):match "([^/]+)$"
	if engine ~= "docker" and engine ~= "podman" and engine ~= "nerdctl" and engine ~= "buildah" then
		return nil
	end
	i = i + 1
	if words[i] == "buildx" or words[i] == "image" or words[i] == "builder" then i = i + 1 end
	if words[i] == "build" or words[i] == "bud" then return i + 1 end
end

local take = {}

local function into(key)
	return function(b, v)
		b[key] = b[key] or {}
		local name, value = v:match "^([^=]+)=(.*)$"
		b[key][name or v] = value or ("\1$" .. v .. "\2")
	end
end

take["build-arg"], take.label, take["build-context"] = into "args", into "labels", into "contexts"
function take.file(b, v) b.dockerfile = v end
function take.target(b, v) b.target = v end
function take.network(b, v) b.network = v ~= "default" and v or nil end
function take.platform(b, v) b.platform = v end
function take.ssh(b) b.ssh = true end
take["cache-from"] = function(b, v)
	b.cache_from = b.cache_from or {}
	table.insert(b.cache_from, v:match "type=registry,ref=([^,]+)" or v:match "type=local,src=([^,]+)" or v)
end
take["cache-to"] = function(b, v)
	b.cache_to = v:match "ref=([^,]+)" or v:match "dest=([^,]+)" or v:match "type=(inline)" or v
end
function take.secret(b, v)
	local id, file, env = v:match "id=([^,]+)", v:match "sr?c?=([^,]+)" or v:match "source=([^,]+)",
		v:match "env=([^,]+)"
	if not id then return end
	b.secrets = b.secrets or {}
	b.secrets[id] = file or { env = env or id }
end
take["pull"] = function(b, v) b.pull = v ~= "false" or nil end
take["no-cache"] = function(b) b.no_cache = true end

local function path(about, v)
	v = v:gsub("^%./+(.)", "%1"):gsub("(.)/+$", "%1")
	local inside = v:match "^\1@project.dir\2/?(.*)$"
	if not inside and about.cwd and v:sub(1, #about.cwd) == about.cwd then inside = v:sub(#about.cwd + 2) end
	return inside and (inside ~= "" and inside or ".") or v
end

--- A build argument that is passed on by its name is the variable's value.
local function settle_args(b, about)
	for name, value in pairs(b.args or {}) do
		if value == "\1$" .. name .. "\2" then
			local n = #about.scope.met + 1
			about.scope.met[n] = { name = name, default = "", raw = "$" .. name }
			b.args[name] = "\1$" .. n .. "\2"
		end
	end
end

--- The call, and the names the image gets.
local function read(words, about)
	local b, tags, i, context = {}, {}, about.from, "."
	while words[i] do
		local word, value = words[i]
		local name, rest = word:match "^%-%-([%w-]+)=?(.*)$"
		if not name then
			local letter, more = word:match "^%-(%a)=?(.*)$"
			name, rest = letter and (LETTERS[letter] or letter), more
		end
		if name then
			value = rest ~= "" and rest or nil
			if not value and VALUES[name] then
				i = i + 1
				value = words[i] or ""
			end
			if name == "tag" then tags[#tags + 1] = value elseif take[name] then take[name](b, value) end
		else
			context = word
		end
		i = i + 1
	end
	context = path(about, context)
	if context ~= "." and context ~= "-" then b.context = context end
	if b.dockerfile then
		b.dockerfile = path(about, b.dockerfile)
		if b.dockerfile == (b.context and b.context .. "/Dockerfile" or "Dockerfile") then b.dockerfile = nil end
	end
	b.tag = tags[1] and not tags[1]:find "\1" and tags[1] or nil
	settle_args(b, about)
	return { "build", b }, tags
end

return { begins = begins, read = read }
