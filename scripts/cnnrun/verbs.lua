-- SPDX-License-Identifier: MIT
--- Every verb: a file below cnnrun/verb/, or a row for verb/plain.lua. What stands above a
--- verb is its documentation: scripts/docs.lua makes scripts/meta/ and docs/primitives.md of
--- it.
local check = require "cnnrun.check"

local text, switch = check.string, check.boolean

local function capability(v, what)
	return (text(v, what):upper():gsub("^CAP_", ""))
end

local function shared(v, what)
	if v == false then return nil end
	return check.fields(v, { optional = check.boolean }, what)
end

return {
	-- Image
	build = "build",
	image = "image",

	-- Files
	mount = "mount",
	unmount = "mount",
	volume = "volume",
	tmpfs = "tmpfs",
	--- Where the command starts.
	--- Forms: `c:workdir "/work"`
	--- Default: the image's
	---@param path string
	workdir = { value = check.target, "the directory" },
	--- The container's root file system cannot be written.
	--- Forms: `c:readonly()`
	--- Default: writable
	---@param on? boolean
	readonly = { value = switch, "the switch", default = true },

	-- User
	user = "user",
	home = "home",

	-- Hardware
	gpus = "gpus",
	device = "device",
	undevice = "device",

	-- Desktop
	display = "display",
	--- While the container runs, the X server admits this user, or every local user, as the
	--- `xhost` program would.
	--- Forms: `c:xhost "user"`, `c:xhost "local"`, `c:xhost "none"`
	--- Default: none
	---@param who? "user"|"local"|"none"
	xhost = { value = text, "who is admitted", default = "user" },
	--- The host's Wayland display; false takes it back.
	--- Forms: `c:wayland()`, `c:wayland { optional = true }`, `c:wayland(false)`
	--- Default: none
	---@param opts? cnnrun.Optional|false
	wayland = { value = shared, "the argument", default = {} },
	--- The host's sound, PipeWire or PulseAudio; false takes it back.
	--- Forms: `c:audio()`, `c:audio { optional = true }`, `c:audio(false)`
	--- Default: none
	---@param opts? cnnrun.Optional|false
	audio = { value = shared, "the argument", default = {} },
	--- The user's session bus, a powerful thing to share; false takes it back.
	--- Forms: `c:dbus()`, `c:dbus { optional = true }`, `c:dbus(false)`
	--- Default: none
	---@param opts? cnnrun.Optional|false
	dbus = { value = shared, "the argument", default = {} },
	--- The user's SSH agent, whose keys can be used there but not read; false takes it back.
	--- Forms: `c:ssh_agent()`, `c:ssh_agent { optional = true }`, `c:ssh_agent(false)`
	--- Default: none
	---@param opts? cnnrun.Optional|false
	ssh_agent = { value = shared, "the argument", default = {} },

	-- Environment
	env = "env",
	unenv = "env",
	env_file = "env",
	unenv_file = "env",
	--- Local time in the container.
	--- Forms: `c:timezone "host"`, `c:timezone "Europe/Berlin"`,
	--- `c:timezone "CET-1CEST,M3.5.0,M10.5.0/3"`
	--- Default: the image's
	---@param zone "host"|string
	timezone = { value = text, "the zone" },

	-- Program
	command = "command",
	entrypoint = "command",
	--- A small init reaps processes and passes signals on.
	--- Forms: `c:init()`, `c:init(false)`
	--- Default: on
	---@param on? boolean
	init = { value = switch, "the switch", default = true },
	--- With or without a terminal, whatever cnnrun's own standard input is.
	--- Forms: `c:tty()`, `c:tty(false)`
	--- Default: as standard input is
	---@param on? boolean
	tty = { value = switch, "the switch", default = true },
	--- Runs in the background.
	--- Forms: `c:detach()`
	--- Default: foreground
	---@param on? boolean
	detach = { value = switch, "the switch", default = true },
	--- The keys that leave a container running.
	--- Forms: `c:detach_keys "ctrl-p,ctrl-q"`
	--- Default: `detachKeys` of docker's configuration, else ctrl-p,ctrl-q
	---@param keys string
	detach_keys = { value = text, "the keys" },
	--- Leaves the container after its end.
	--- Forms: `c:keep()`
	--- Default: removed
	---@param on? boolean
	keep = { value = switch, "the switch", default = true },
	--- One container of this project and profile that stays: a run enters it, with a shell or the
	--- command, starts it where it is stopped and makes it where there is none. See
	--- [Boxes](boxes.md).
	--- Forms: `c:box()`, `c:box(false)`
	--- Default: a container a run
	---@param on? boolean
	box = { value = switch, "the switch", default = true },
	prepare = "prepare",
	unprepare = "prepare",
	--- When the engine starts it again by itself; needs c:keep, c:detach or
	--- c:box.
	--- Forms: `c:restart "on-failure:3"`, `c:restart "unless-stopped"`, `c:restart "always"`,
	--- `c:restart "no"`
	--- Default: no
	---@param policy "no"|"on-failure"|"always"|"unless-stopped"|string
	restart = { value = text, "the policy" },
	stop = "stop",
	--- Says at the end which files have changed in the directories of yours that it could write.
	--- Forms: `c:changes()`
	--- Default: not said
	---@param on? boolean
	changes = { value = switch, "the switch", default = true },
	--- The engine keeps the output of a foreground container too.
	--- Forms: `c:log()`
	--- Default: kept only with `detach` or `keep`
	---@param on? boolean
	log = { value = switch, "the switch", default = true },
	on = "on",

	-- Services
	service = "service",
	unservice = "service",
	ready = "ready",
	after = "after",
	unafter = "after",

	-- Names
	--- The container's name.
	--- Forms: `c:name "box"`
	--- Default: `cnnrun-PROFILE-xxxxxx`
	---@param name string
	name = { value = text, "the name" },
	--- What the container calls itself.
	--- Forms: `c:hostname "box"`
	--- Default: the name
	---@param name string
	hostname = { value = text, "the name" },
	--- A label of the container.
	--- Forms: `c:label("key", "value")`, `c:label { key = "value" }`; `c:unlabel "key"`
	--- Default: cnnrun's own
	---@param key string|table<string, string|number|boolean>
	---@param value? string|number|boolean
	label = { named = check.value, "the key", "the value", default = "" },
	--- Takes back a label.
	---@param key string|string[]
	unlabel = { back = "label" },

	-- Network
	network = "network",
	port = "port",
	unport = "port",
	--- The container finds a machine under a name.
	--- Forms: `c:host("db", "10.0.0.5")`, `c:host("me", "host-gateway")`,
	--- `c:host { db = "10.0.0.5" }`; `c:unhost "db"`
	---@param name string|table<string, string>
	---@param address? string an IP address or "host-gateway"
	host = { named = text, "the name", "the address" },
	--- Takes back a host.
	---@param name string|string[]
	unhost = { back = "host" },
	--- A name server for the container.
	--- Forms: `c:dns "1.1.1.1"`, `c:dns { "1.1.1.1", "9.9.9.9" }`; `c:undns "1.1.1.1"`
	--- Default: the engine's
	---@param address string|string[]
	dns = { item = text, "the server" },
	--- Takes back a name server.
	---@param address string|string[]
	undns = { back = "dns" },

	-- Limits
	limit = "limit",
	ulimit = "ulimit",
	unulimit = "ulimit",
	--- The control group of the host that the container's own is made below: its limits hold
	--- for both.
	--- Forms: `c:cgroup_parent "/batch"`, `c:cgroup_parent "batch.slice"`
	--- Default: the engine's
	---@param path string
	cgroup_parent = { value = text, "the control group" },
	--- The size of /dev/shm.
	--- Forms: `c:shm "1g"`
	--- Default: the engine's (64 MB)
	---@param size string|integer
	shm = { value = check.size, "the size" },
	--- Whose shared memory and semaphores it sees.
	--- Forms: `c:ipc "private"`, `c:ipc "shareable"`, `c:ipc "host"`, `c:ipc "none"`
	--- Default: private
	---@param mode "private"|"shareable"|"host"|"none"
	ipc = { value = text, "the mode" },
	--- Whose processes it sees.
	--- Forms: `c:pid "private"`, `c:pid "host"`
	--- Default: private
	---@param mode "host"|"private"
	pid = { value = text, "the mode" },
	--- A kernel setting of the container's own.
	--- Forms: `c:sysctl("net.core.somaxconn", 1024)`,
	--- `c:sysctl { ["net.core.somaxconn"] = 1024 }`; `c:unsysctl "net.core.somaxconn"`
	---@param name string|table<string, string|number>
	---@param value? string|number
	sysctl = { named = check.value, "the setting", "the value" },
	--- Takes back a kernel setting.
	---@param name string|string[]
	unsysctl = { back = "sysctl" },

	-- Jobs
	--- The machines that it runs on at once; this machine is one.
	--- Forms: `c:nodes(2)`
	--- Default: one
	---@param count integer
	nodes = { value = check.integer, "the number of nodes" },
	tasks = "job",
	time = "job",
	checkpoint = "job",
	--- How often it is run again when it ends with the status of `c:checkpoint` (75 where that is
	--- not called). A run that you ended is not.
	--- Forms: `c:retries(3)`
	--- Default: 0
	---@param count integer
	retries = { value = check.integer, "the number" },
	sweep = "job",
	unsweep = "job",
	--- So many tasks of a sweep at once. On this machine each has GPUs of its own, where it asks
	--- for a number of them.
	--- Forms: `c:parallel(4)`
	--- Default: as many as GPUs are free for, one where none are asked for; on a cluster as many
	--- as it has room for
	---@param count integer
	parallel = { value = check.integer, "the number" },

	-- Rights
	--- Whose habit counts where nothing else is said: all capabilities dropped, or docker's own
	--- fourteen, and setuid programs that work. An image whose entrypoint is root and changes
	--- user (gosu, su-exec, chown, sudo) is made for docker's. `c:capability` and `c:drop`
	--- add to it and take from it.
	--- Forms: `c:rights "docker"`, `c:rights "least"`
	--- Default: `"least"`
	---@param whose "least"|"docker"
	rights = { value = text, "whose" },
	--- Adds a Linux capability.
	--- Forms: `c:capability "SYS_PTRACE"`, `c:capability { "SYS_PTRACE", "SYS_NICE" }`;
	--- `c:uncapability "SYS_PTRACE"`
	--- Default: all dropped
	---@param name string|string[]
	capability = { item = capability, "the capability" },
	--- Takes back a capability.
	---@param name string|string[]
	uncapability = { back = "capability" },
	--- Takes a Linux capability away even where it would be given.
	--- Forms: `c:drop "NET_RAW"`; `c:undrop "NET_RAW"`
	---@param name string|string[]
	drop = { item = capability, "the capability" },
	--- Takes back a drop.
	---@param name string|string[]
	undrop = { back = "drop" },
	--- A security option of the engine. A file of system calls, in docker's format, is read by
	--- you, from the project; of several the last counts.
	--- Forms: `c:security "seccomp=docker/seccomp.json"`, `c:security "seccomp=unconfined"`,
	--- `c:security "no-new-privileges=false"`; `c:unsecurity "seccomp=unconfined"`
	--- Default: `no-new-privileges`
	---@param option string|string[]
	security = { item = text, "the option" },
	--- Takes back a security option.
	---@param option string|string[]
	unsecurity = { back = "security" },
	--- Every right on the host; must be granted.
	--- Forms: `c:privileged()`
	--- Default: off
	---@param on? boolean
	privileged = { value = switch, "the switch", default = true },
}
