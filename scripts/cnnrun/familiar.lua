-- SPDX-License-Identifier: MIT
--- The words of docker, compose, Dockerfiles and devcontainers, and what a profile writes for
--- them. Read only when a word is not known; nothing in it is ever taken silently.
local familiar = {}

--- Words for a whole container: the line to write, or { line, a word more }.
familiar.words = {
	add_host = 'c:host("db", "10.0.0.5")',
	annotations = 'c:label("key", "value")',
	arg = 'c:build { args = { VERSION = "1.2" } }',
	args = 'c:build { args = { VERSION = "1.2" } }',
	autoremove = { "c:keep(false)", "which is so unless c:keep() was called" },
	auto_remove = { "c:keep(false)", "which is so unless c:keep() was called" },
	base = 'c:image "debian:12"',
	bind = 'c:mount(".", "/work")',
	cap = 'c:capability "SYS_PTRACE"',
	cap_add = 'c:capability "SYS_PTRACE"',
	cap_drop = { 'c:drop "NET_RAW"', "all are dropped that no c:capability adds" },
	capabilities = 'c:capability "SYS_PTRACE"',
	cgroup = 'c:cgroup_parent "/batch"',
	cmd = 'c:command { "bash" }',
	configs = 'c:mount("config/app.ini", "/etc/app.ini", { readonly = true })',
	container_env = 'c:env { NAME = "value" }',
	container_name = 'c:name "box"',
	container_user = 'c:user("image", { name = "app" })',
	copy = { 'c:mount("data", "/data", { readonly = true })', "or COPY it in the Dockerfile" },
	add = { 'c:mount("data", "/data", { readonly = true })', "or ADD it in the Dockerfile" },
	cpu = "c:limit { cpus = 2 }",
	cpu_count = "c:limit { cpus = 2 }",
	cpu_percent = "c:limit { cpus = 2 }",
	cpu_period = "c:limit { cpus = 2 }",
	cpu_quota = "c:limit { cpus = 2 }",
	cpu_shares = "c:limit { cpus = 2 }",
	cpus = "c:limit { cpus = 2 }",
	cpuset = 'c:limit { cpuset = "0-3" }',
	cpuset_cpus = 'c:limit { cpuset = "0-3" }',
	cuda = 'c:gpus "all"',
	daemon = "c:detach()",
	depends_on = {
		'c:service("db", function(s) s:image "postgres:16"; s:ready { port = 5432 } end)',
		"it is ready before the container starts",
	},
	deploy = { 'c:limit { cpus = 2, memory = "4g" }', 'for GPUs c:gpus "all"' },
	device_cgroup_rule = 'c:device { rule = "c 189:* rmw" }',
	device_cgroup_rules = 'c:device { rule = "c 189:* rmw" }',
	devices = 'c:device "/dev/null"',
	dns_server = 'c:dns "1.1.1.1"',
	dockerfile = 'c:build { dockerfile = "docker/Dockerfile" }',
	domainname = 'c:hostname "box.example.org"',
	environment = 'c:env { NAME = "value" }',
	env_files = 'c:env_file ".env"',
	envfile = 'c:env_file ".env"',
	environment_file = 'c:env_file ".env"',
	exec = 'c:command { "bash" }',
	expose = { 'c:port "8080:80"', "services reach each other's ports without" },
	extends = { 'require("profiles.shell").setup(c, { image = "debian:12" })', "profiles are functions" },
	extra_hosts = 'c:host("db", "10.0.0.5")',
	forward_ports = "c:port(8080)",
	from = 'c:image "debian:12"',
	gpu = 'c:gpus "all"',
	gpu_count = "c:gpus { count = 2 }",
	group = 'c:user("host", { groups = { "tty" } })',
	group_add = 'c:user("host", { groups = { "tty" } })',
	groups = 'c:user("host", { groups = { "tty" } })',
	gui = "c:display()",
	health_cmd = 'c:service("db", function(s) s:image "postgres:16"; s:ready { command = "pg_isready" } end)',
	healthcheck = {
		'c:service("db", function(s) s:image "postgres:16"; s:ready { command = "pg_isready" } end)',
		"s:ready says when a service can be used",
	},
	interactive = { "c:tty()", "which is so where cnnrun has a terminal" },
	ipc_mode = 'c:ipc "host"',
	isolation = 'c:rights "least"',
	it = { "c:tty()", "which is so where cnnrun has a terminal" },
	kill_signal = 'c:stop { signal = "SIGINT" }',
	labels = 'c:label("key", "value")',
	limits = 'c:limit { memory = "4g" }',
	link = 'c:service("db", function(s) s:image "postgres:16" end)',
	links = 'c:service("db", function(s) s:image "postgres:16" end)',
	external_links = 'c:service("db", function(s) s:image "postgres:16" end)',
	log_driver = "c:log()",
	log_opt = "c:log()",
	logging = "c:log()",
	mac_address = { nil, "there is none: a container is reached by its service's name or c:port" },
	mem = 'c:limit { memory = "4g" }',
	mem_limit = 'c:limit { memory = "4g" }',
	mem_reservation = 'c:limit { memory = "4g" }',
	memory = 'c:limit { memory = "4g" }',
	memory_swap = 'c:limit { memory = "4g", swap = "8g" }',
	memswap_limit = 'c:limit { memory = "4g", swap = "8g" }',
	mounts = 'c:mount(".", "/work")',
	net = 'c:network "host"',
	network_alias = 'c:service("db", function(s) s:image "postgres:16" end)',
	network_mode = 'c:network "host"',
	networks = { 'c:network "none"', "services have a network of their own already" },
	no_new_privileges = { 'c:security "no-new-privileges"', "which is so unless it was changed" },
	nvidia = 'c:gpus "all"',
	on_exit = 'c:on("exit", function(e) print(e.code) end)',
	on_log = 'c:on("log", function(e) print(e.line) end)',
	on_start = 'c:on("start", function() print "it runs" end)',
	oom_kill_disable = 'c:limit { memory = "4g" }',
	pids = "c:limit { pids = 512 }",
	pids_limit = "c:limit { pids = 512 }",
	pid_mode = 'c:pid "host"',
	platform = { 'c:build { platform = "linux/arm64" }', "a pulled image is this machine's" },
	ports = 'c:port "8080:80"',
	post_create_command = { 'c:box():prepare { "true" }', "of a box" },
	on_create_command = { 'c:box():prepare { "true" }', "of a box" },
	post_start = 'c:on("start", function() print "it runs" end)',
	post_start_command = 'c:on("start", function() print "it runs" end)',
	pre_stop = 'c:on("exit", function(e) print(e.code) end)',
	profiles = { nil, "a profile is a file of its own: cnnrun init writes one" },
	publish = 'c:port "8080:80"',
	publish_all = 'c:port "8080:80"',
	pull = 'c:image("debian:12", { pull = "always" })',
	pull_policy = 'c:image("debian:12", { pull = "always" })',
	read_only = "c:readonly()",
	remote_env = 'c:env { NAME = "value" }',
	remote_user = 'c:user("image", { name = "app" })',
	remove = { "c:keep(false)", "which is so unless c:keep() was called" },
	restart_policy = 'c:keep():restart "on-failure:3"',
	rm = { "c:keep(false)", "which is so unless c:keep() was called" },
	root = 'c:user "root"',
	run = { 'c:command { "bash" }', 'once in a new box: c:box():prepare { "true" }' },
	run_args = 'c:limit { memory = "4g" }',
	runtime = 'c:gpus("all", { runtime = true })',
	scale = { 'c:service("worker", function(s) s:image "redis:7" end)', "one call for each" },
	secret = { 'c:env("NAME", "value", { secret = true })', "of a build: c:build { secrets = … }" },
	secrets = { 'c:env("NAME", "value", { secret = true })', "of a build: c:build { secrets = … }" },
	security_opt = 'c:security "seccomp=unconfined"',
	services = 'c:service("db", function(s) s:image "postgres:16" end)',
	shell = 'c:command { "bash" }',
	shm_size = 'c:shm "1g"',
	shmsize = 'c:shm "1g"',
	sleep = { nil, 'cnn.sleep "2s" waits in a script, s:ready { port = 5432 } for a service' },
	sound = "c:audio()",
	ssh = "c:ssh_agent()",
	stdin_open = { "c:tty()", "which is so where cnnrun has a terminal" },
	stop_grace_period = "c:stop { timeout = 10 }",
	stop_signal = 'c:stop { signal = "SIGINT" }',
	stop_timeout = "c:stop { timeout = 10 }",
	storage_opt = { nil, "there is none: sizes are the engine's to limit, in memory c:tmpfs's" },
	sudo = 'c:user "root"',
	sysctls = 'c:sysctl("net.core.somaxconn", 1024)',
	tag = 'c:build { tag = "demo:latest" }',
	tmp = 'c:tmpfs "/scratch"',
	ulimits = 'c:ulimit("nofile", 1024)',
	userns = { 'c:user "host"', "files are yours whatever the engine maps" },
	userns_mode = { 'c:user "host"', "files are yours whatever the engine maps" },
	uts = { 'c:hostname "box"', "the host's own cannot be shared" },
	volumes = { 'c:mount("data", "/data")', 'of the engine: c:volume("data", "/data")' },
	volumes_from = { 'c:volume("data", "/data")', "in each that shares it" },
	working_dir = 'c:workdir "/work"',
	workspace_folder = 'c:workdir "/work"',
	workspace_mount = 'c:mount(".", "/work")',
	x11 = "c:display()",
}

--- Of verbs, where their name stands as a key of cnn.profile.
familiar.models = {
	build = 'c:build { dockerfile = "docker/Dockerfile" }', image = 'c:image "debian:12"',
	command = 'c:command { "bash" }', entrypoint = 'c:entrypoint { "bash" }', user = 'c:user "host"',
	mount = 'c:mount(".", "/work")', volume = 'c:volume("data", "/data")', tmpfs = 'c:tmpfs "/scratch"',
	workdir = 'c:workdir "/work"', env = 'c:env { NAME = "value" }', env_file = 'c:env_file ".env"',
	gpus = 'c:gpus "all"', device = 'c:device "/dev/null"', port = 'c:port "8080:80"',
	network = 'c:network "none"', name = 'c:name "box"', hostname = 'c:hostname "box"',
	restart = 'c:keep():restart "on-failure:3"', label = 'c:label("key", "value")', dns = 'c:dns "1.1.1.1"',
	service = 'c:service("db", function(s) s:image "postgres:16" end)', home = 'c:home "docker/home"',
	limit = 'c:limit { memory = "4g" }', ulimit = 'c:ulimit("nofile", 1024)', shm = 'c:shm "1g"',
	sysctl = 'c:sysctl("net.core.somaxconn", 1024)', capability = 'c:capability "SYS_PTRACE"',
	security = 'c:security "seccomp=unconfined"', stop = 'c:stop { signal = "SIGINT" }',
	host = 'c:host("db", "10.0.0.5")', ipc = 'c:ipc "host"', pid = 'c:pid "host"',
	timezone = 'c:timezone "host"', prepare = 'c:box():prepare { "true" }', rights = 'c:rights "docker"',
	privileged = "c:privileged()", init = "c:init()", tty = "c:tty()", readonly = "c:readonly()",
	detach = "c:detach()", keep = "c:keep()", box = "c:box()", display = "c:display()",
	audio = "c:audio()", wayland = "c:wayland()", ssh_agent = "c:ssh_agent()", log = "c:log()",
	xhost = 'c:xhost "local"', cgroup_parent = 'c:cgroup_parent "/batch"', drop = 'c:drop "NET_RAW"',
	ready = 'c:service("db", function(s) s:image "postgres:16"; s:ready { port = 5432 } end)',
}

--- Keys of tables: what is written in their place, the first of these that is known there.
familiar.keys = {
	additional_contexts = { 'contexts = { lib = "lib" }' },
	alias = { 'short = "x"' },
	arguments = { "options = {}" },
	build_args = { 'args = { VERSION = "1.2" }' },
	build_arg = { 'args = { VERSION = "1.2" }' },
	buildargs = { 'args = { VERSION = "1.2" }' },
	choice = { 'choices = { "a", "b" }' },
	cpu = { "cpus = 2" },
	cpu_count = { "cpus = 2" },
	cpuset_cpus = { 'cpuset = "0-3"' },
	desc = { 'about = "what it is"' },
	description = { 'about = "what it is"' },
	destination = { 'target = "/work"' },
	device_ids = { 'c:gpus { "0", "1" }' },
	dst = { 'target = "/work"' },
	enum = { 'choices = { "a", "b" }' },
	file = { 'dockerfile = "docker/Dockerfile"' },
	grace_period = { "timeout = 10" },
	group = { "gid = 1000" },
	help = { 'about = "what it is"' },
	id = { "uid = 1000" },
	image = { 'tag = "demo:latest"' },
	ip = { 'host_ip = "127.0.0.1"' },
	letter = { 'short = "x"' },
	mem = { 'memory = "4g"' },
	mem_limit = { 'memory = "4g"' },
	memory_limit = { 'memory = "4g"' },
	memory_swap = { 'swap = "8g"' },
	memswap_limit = { 'swap = "8g"' },
	nocache = { "no_cache = true" },
	nproc = { "pids = 512" },
	opts = { "options = {}" },
	params = { "options = {}" },
	path = { 'context = "."', 'source = "."' },
	pids_limit = { "pids = 512" },
	platforms = { 'platform = "linux/amd64"' },
	published = { "host = 8080" },
	read_only = { "readonly = true" },
	retries = { 'timeout = "1m"' },
	ro = { "readonly = true" },
	rw = { "readonly = false" },
	src = { 'source = "."' },
	start_period = { 'timeout = "1m"' },
	tags = { 'tag = "demo:latest"' },
	test = { 'command = { "true" }' },
	timeout = { 'time = "4h"' },
	type = { 'c:volume("data", "/data")' },
	value = { 'default = "x"' },
	values = { 'choices = { "a", "b" }' },
	variable = { 'env = "NAME"' },
	workdir = { 'context = "."' },
}

--- Devcontainers write remoteUser, Dockerfiles WORKDIR, command lines shm-size.
local function folded(name)
	if name:find "^[%u_]+$" then return name:lower() end
	return (name:gsub("%-", "_"):gsub("(%l)(%u)", "%1_%2"):lower())
end

--- A row as a message says it.
function familiar.told(answer)
	if type(answer) == "string" then return "write " .. answer end
	if not answer[1] then return answer[2] end
	return ("write %s; %s"):format(answer[1], answer[2])
end

local told = familiar.told

--- What to write for a word that is no verb; nil where nothing is known of it.
function familiar.verb(name)
	local answer = type(name) == "string" and familiar.words[folded(name)]
	return answer and told(answer) or nil
end

--- What to write for a key of cnn.profile that belongs in setup.
function familiar.field(name)
	if type(name) ~= "string" then return nil end
	local answer = familiar.models[folded(name)] or familiar.words[folded(name)]
	return answer and "in setup, " .. told(answer) or nil
end

--- What to write for an unknown key of a table in which fields are known.
function familiar.key(name, fields)
	if type(name) ~= "string" then return nil end
	local answer = familiar.keys[folded(name)]
	if not answer then return nil end
	for _, line in ipairs(answer) do
		if line:find "^c:" or fields[line:match "^[%w_]+"] then return "write " .. line end
	end
	return nil
end

return familiar
