-- SPDX-License-Identifier: MIT
--- Every option of `docker run` (20 to 28), and podman's own: what becomes of it. A row is
--- { takes = true where a value follows, letter =, call = function (line, value), or says = why it
--- needs nothing (nothing) or has no equal (no) }.
local flags, letters = {}, {}

local function row(names, t)
	for name in names:gmatch "%S+" do
		flags[name] = t
	end
	if t.letter then letters[t.letter] = names:match "%S+" end
end

local function call(letter, names, fn) row(names, { letter = letter, takes = true, call = fn }) end
local function switch(letter, names, fn) row(names, { letter = letter, call = fn }) end
local function nothing(letter, names, why, takes)
	row(names, { letter = letter, nothing = why, takes = takes })
end
local function no(names, why) row(names, { no = why, takes = true }) end
local function no_switch(names, why) row(names, { no = why }) end

--- A flag whose value is the verb's only argument.
local function plain(letter, names, verb)
	call(letter, names, function(line, v) line:add(verb, v) end)
end

local function limit(letter, names, key, of)
	call(letter, names, function(line, v)
		local value = not of and v or of(v, line)
		if value then line.limits[key] = value end
	end)
end

local function pair(names, verb, between, default)
	call(nil, names, function(line, v)
		local key, value = v:match("^([^" .. between .. "]+)[" .. between .. "](.*)$")
		line:add(verb, key or v, value or default or "")
	end)
end

--- With a container or a namespace that a profile does not name.
local function namespace(names, verb, why)
	call(nil, names, function(line, v)
		if v:find "^container:" or v:find "^ns:" then
			line:note(("--%s %s: %s"):format(verb, v, why))
		elseif v ~= "" and v ~= "private" then
			line:add(verb, v)
		end
	end)
end

-- Image and program
call(nil, "entrypoint", function(line, v) line.entrypoint = v end)
call(nil, "pull", function(line, v) line.pull = v ~= "missing" and v or nil end)
nothing("q", "quiet", "only what is said meanwhile")
nothing(nil, "disable-content-trust", "the engine's setting")
call(nil, "platform", function(line, v) line.platform = v end)
plain("w", "workdir", "workdir")

-- User and rights
call("u", "user", function(line, v) line.user = v end)
call(nil, "group-add", function(line, v)
	if v ~= "keep-groups" then line.groups[#line.groups + 1] = v end
end)
call(nil, "userns", function(line, v)
	if v:find "^keep%-id" then
		line.user = line.user or "\1@user.uid\2:\1@user.gid\2"
	elseif v ~= "" then
		line:note(("--userns %s: user namespaces are the engine's; files are yours whatever it maps"):format(v))
	end
end)
call(nil, "cap-add", function(line, v) line:add("capability", (v:upper():gsub("^CAP_", ""))) end)
call(nil, "cap-drop", function(line, v)
	v = v:upper():gsub("^CAP_", "")
	if v == "ALL" then line.drops_all = true else line:add("drop", v) end
end)
call(nil, "security-opt", function(line, v) line:security(v) end)
switch(nil, "privileged", function(line) line:add("privileged") end)

-- Files
call("v", "volume", function(line, v) line:volume(v) end)
call(nil, "mount", function(line, v) line:mount(v) end)
call(nil, "tmpfs", function(line, v) line:tmpfs(v) end)
switch(nil, "read-only", function(line) line:add("readonly") end)
no("volumes-from", "name the volumes, as in c:volume(\"data\", \"/data\"), in each that shares them")
no("volume-driver", "volumes are of the engine's own driver")
no("storage-opt", "sizes are the engine's to limit; in memory c:tmpfs(\"/scratch\", { size = \"1g\" })")
no_switch("use-api-socket", "the engine's socket gives the whole machine away")

-- Hardware
call(nil, "gpus", function(line, v) line:gpus(v) end)
call(nil, "runtime", function(line, v)
	if v == "nvidia" then
		line.gpu.runtime = true
	elseif v ~= "runc" then
		line:note(("--runtime %s: the runtime is the engine's default"):format(v))
	end
end)
call(nil, "device", function(line, v) line:device(v) end)
call(nil, "device-cgroup-rule", function(line, v) line:add("device", { rule = v }) end)
no("device-read-bps device-read-iops device-write-bps device-write-iops blkio-weight blkio-weight-device",
	"there is no limit of what goes to disks")

-- Environment
call("e", "env", function(line, v) line:env(v) end)
call(nil, "env-file", function(line, v) line:add("env_file", line:path(v)) end)
call(nil, "tz", function(line, v) line:add("timezone", v == "local" and "host" or v) end)

-- Network
call(nil, "network net", function(line, v) line:network(v) end)
call("p", "publish", function(line, v) line:publish(v) end)
no_switch("publish-all", "write c:port for each port")
letters.P = "publish-all"
nothing(nil, "expose", "ports inside need no word", true)
pair("add-host", "host", ":=")
plain(nil, "dns", "dns")
no("dns-option dns-opt dns-search", "only name servers can be said, by c:dns")
no("ip ip6 link-local-ip mac-address", "a container is reached by its service's name or c:port")
no("link network-alias net-alias", "containers beside it are c:service, and have a network of their own")

-- Limits
limit("m", "memory", "memory")
limit(nil, "memory-swap", "swap", function(v) return v == "-1" and "unlimited" or v end)
limit(nil, "pids-limit", "pids", function(v, line)
	if v:find "^\1[^\2]*\2$" then return line:number(v) end
	return v ~= "-1" and v ~= "0" and tonumber(v) or nil
end)
limit(nil, "cpus", "cpus", function(v, line)
	if v:find "^\1[^\2]*\2$" then return line:number(v) end
	return tonumber(v)
end)
limit(nil, "cpuset-cpus", "cpuset")
call(nil, "cpu-quota", function(line, v) line.cpu_quota = tonumber(v) end)
call(nil, "cpu-period", function(line, v) line.cpu_period = tonumber(v) end)
no("memory-reservation memory-swappiness kernel-memory", "the limit is c:limit { memory = \"4g\" }")
no("cpu-shares", "a share is no limit: c:limit { cpus = 2 }")
letters.c = "cpu-shares"
no("cpu-rt-period cpu-rt-runtime cpuset-mems",
	"CPUs are limited by number or set: c:limit { cpus = 2, cpuset = \"0-1\" }")
no("cpu-count cpu-percent io-maxbandwidth io-maxiops isolation", "it is of Windows")
no_switch("oom-kill-disable", "without it a container takes the host with it")
no("oom-score-adj", "whom the kernel ends first is not said")
call(nil, "ulimit", function(line, v) line:ulimit(v) end)
plain(nil, "shm-size", "shm")
pair("sysctl", "sysctl", "=")
plain(nil, "cgroup-parent", "cgroup_parent")
call(nil, "cgroupns", function(line, v)
	if v == "host" then line:note "--cgroupns host: control groups are the container's own" end
end)
namespace("ipc", "ipc", "another container's memory cannot be shared; a service's is its own")
namespace("pid", "pid", "another container's processes are seen by cnnrun exec")
call(nil, "uts", function(line, v)
	if v ~= "" then line:note "--uts host: the host's name cannot be shared; c:hostname says one" end
end)

-- Life
nothing(nil, "rm", "a container is removed at its end")
flags.rm.call = function(line) line.removed = true end
nothing("i", "interactive", "as cnnrun's own standard input is")
nothing("t", "tty", "where cnnrun has a terminal")
flags.tty.call = function(line) line.tty = true end
switch("d", "detach", function(line) line.detached = true end)
plain(nil, "detach-keys", "detach_keys")
nothing("a", "attach", "a container in the foreground is attached to", true)
nothing(nil, "sig-proxy", "signals are passed on")
nothing(nil, "init", "there always is one; c:init(false) for images with their own")
call(nil, "restart", function(line, v) line.restart = v ~= "no" and v or nil end)
call(nil, "stop-signal", function(line, v) line.stop.signal = v end)
call(nil, "stop-timeout", function(line, v) line.stop.timeout = tonumber(v) end)
nothing(nil, "no-healthcheck", "the image's is off")
no("health-cmd health-interval health-retries health-start-interval health-start-period health-timeout",
	"a container beside others is asked by s:ready")
call(nil, "log-driver", function(line, v)
	if v ~= "none" and v ~= "json-file" and v ~= "local" then
		line:note(("--log-driver %s: the output comes here; c:log() has the engine keep it too"):format(v))
	end
end)
no("log-opt", "how output is kept is the engine's setting")
no("cidfile", "cnnrun ps tells containers")
nothing(nil, "help", "")

-- Names
plain(nil, "name", "name")
call("h", "hostname", function(line, v) line.hostname = v end)
call(nil, "domainname", function(line, v) line.domain = v end)
pair("label", "label", "=")
letters.l = "label"
no("label-file annotation", "labels are written: c:label(\"key\", \"value\")")

-- Podman's own
nothing(nil, "replace http-proxy rmi no-hosts no-hostname tls-verify", "cnnrun's own way is like it")
no("pod pod-id-file secret systemd authfile conmon-pidfile hooks-dir umask timeout unsetenv passwd-entry "
	.. "arch os variant",
	"it is podman's own; see docs/primitives.md for what there is")

return { flags = flags, letters = letters }
