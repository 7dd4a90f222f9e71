-- SPDX-License-Identifier: MIT
local support = require "tests.lua.support"

-- verb → list of { what a profile writes, the plan it makes }
local good = {
	build = {
		{ function(c) c:build { tag = "a:b" } end, { build = { tag = "a:b" } } },
		{ function(c)
			c:build { tag = "a", context = ".", dockerfile = "d/D", target = "t", network = "host",
				platform = "linux/amd64", base = "debian", args = { A = 1, B = true }, labels = { l = "v" },
				cache_from = "x", pull = true, no_cache = true }
		end, { build = { tag = "a", context = ".", dockerfile = "d/D", target = "t", network = "host",
			platform = "linux/amd64", base = "debian", args = { A = "1", B = "true" }, labels = { l = "v" },
			cache_from = { "x" }, pull = true, no_cache = true } } },
		{ function(c) c:image("x", { pull = "always" }):build { tag = "a" } end, { build = { tag = "a" } } },
	},
	image = {
		{ function(c) c:image "debian:12" end, { image = { reference = "debian:12" } } },
		{ function(c) c:image("r.io:5000/a/b@sha256:0a", { pull = "never" }) end,
			{ image = { reference = "r.io:5000/a/b@sha256:0a", pull = "never" } } },
		{ function(c) c:build { tag = "a" }:image "b" end, { image = { reference = "b" } } },
	},
	mount = {
		{ function(c) c:mount(".", "/w/") end, { mount = { { type = "bind", source = ".", target = "/w" } } } },
		{ function(c) c:mount("/d", "/d", { readonly = true, optional = true, create = false }) end,
			{ mount = { { type = "bind", source = "/d", target = "/d", readonly = true, optional = true,
				create = false } } } },
		{ function(c) c:mount { source = "a", target = "//b//c" } end,
			{ mount = { { type = "bind", source = "a", target = "/b/c" } } } },
		{ function(c) c:mount("a", "/x"):mount("b", "/y"):mount("c", "/x") end,
			{ mount = { { type = "bind", source = "b", target = "/y" },
				{ type = "bind", source = "c", target = "/x" } } } },
	},
	unmount = {
		{ function(c) c:mount("a", "/x"):volume("vol", "/y"):unmount "/x/":unmount "/y" end, {} },
	},
	volume = {
		{ function(c) c:volume("cache", "/c", { readonly = true }) end,
			{ mount = { { type = "volume", source = "cache", target = "/c", readonly = true } } } },
	},
	tmpfs = {
		{ function(c) c:tmpfs "/t" end, { mount = { { type = "tmpfs", target = "/t" } } } },
		{ function(c) c:tmpfs("/t", { size = "1g", mode = "1777" }) end,
			{ mount = { { type = "tmpfs", target = "/t", size = 1 << 30, mode = 1023 } } } },
		{ function(c) c:tmpfs("/t", { size = 4096, mode = 448 }) end,
			{ mount = { { type = "tmpfs", target = "/t", size = 4096, mode = 448 } } } },
	},
	readonly = {
		{ function(c) c:readonly() end, { readonly = true } },
		{ function(c) c:readonly(false) end, { readonly = false } },
	},
	workdir = { { function(c) c:workdir "/a/b/" end, { workdir = "/a/b" } } },
	user = {
		{ function(c) c:user "host" end, { user = { mode = "host" } } },
		{ function(c) c:user "image" end, { user = { mode = "image" } } },
		{ function(c) c:user "root" end, { user = { mode = "root" } } },
		{ function(c) c:user "1000:1001" end, { user = { mode = "explicit", uid = 1000, gid = 1001 } } },
		{ function(c) c:user "1000" end, { user = { mode = "explicit", uid = 1000, gid = 1000 } } },
		{ function(c) c:user { uid = 5, name = "me", groups = { "video", 44 } } end,
			{ user = { mode = "explicit", uid = 5, name = "me", groups = { "video", "44" } } } },
		{ function(c) c:user { groups = { "video" } } end, { user = { mode = "host", groups = { "video" } } } },
		{ function(c) c:user("host", { groups = "video" }) end,
			{ user = { mode = "host", groups = { "video" } } } },
	},
	home = {
		{ function(c) c:home "docker/home" end, { home = { source = "docker/home" } } },
		{ function(c) c:home("h", { target = "/home/x" }) end, { home = { source = "h", target = "/home/x" } } },
	},
	gpus = {
		{ function(c) c:gpus "0" end, { gpus = { select = "ids", ids = { "0" } } } },
		{ function(c) c:gpus "2, 3" end, { gpus = { select = "ids", ids = { "2", "3" } } } },
		{ function(c) c:gpus "all" end, { gpus = { select = "all" } } },
		{ function(c) c:gpus "none" end, { gpus = { select = "none" } } },
		{ function(c) c:gpus(0) end, { gpus = { select = "ids", ids = { "0" } } } },
		{ function(c) c:gpus { 0, "1" } end, { gpus = { select = "ids", ids = { "0", "1" } } } },
		{ function(c) c:gpus "GPU-0a1b-22" end, { gpus = { select = "ids", ids = { "GPU-0a1b-22" } } } },
		{ function(c) c:gpus "MIG-0a1b-22,MIG-GPU-1/2/3" end,
			{ gpus = { select = "ids", ids = { "MIG-0a1b-22", "MIG-GPU-1/2/3" } } } },
		{ function(c) c:gpus({ count = 2 }, { optional = true }) end,
			{ gpus = { select = "count", count = 2, optional = true } } },
		{ function(c) c:gpus("all", { capabilities = { "compute", "graphics" } }) end,
			{ gpus = { select = "all", capabilities = { "compute", "graphics" } } } },
	},
	device = {
		{ function(c) c:device "/dev/x" end, { device = { { source = "/dev/x", target = "/dev/x" } } } },
		{ function(c) c:device("/dev/x", "/dev/y", { permissions = "rw", optional = true }) end,
			{ device = { { source = "/dev/x", target = "/dev/y", permissions = "rw", optional = true } } } },
		{ function(c) c:device("/dev/x", { permissions = "r" }) end,
			{ device = { { source = "/dev/x", target = "/dev/x", permissions = "r" } } } },
	},
	undevice = { { function(c) c:device "/dev/x":undevice "/dev/x" end, {} } },
	display = {
		{ function(c) c:display() end, { display = { mode = "auto" } } },
		{ function(c) c:display("cookie", { optional = true }) end,
			{ display = { mode = "cookie", optional = true } } },
		{ function(c) c:display { optional = true } end, { display = { mode = "auto", optional = true } } },
		{ function(c) c:display():display "none" end, { display = { mode = "none" } } },
	},
	xhost = {
		{ function(c) c:xhost() end, { xhost = "user" } },
		{ function(c) c:xhost "local" end, { xhost = "local" } },
		{ function(c) c:xhost "local":xhost "none" end, { xhost = "none" } },
	},
	wayland = { { function(c) c:wayland() end, { wayland = {} } } },
	audio = { { function(c) c:audio { optional = true } end, { audio = { optional = true } } } },
	dbus = { { function(c) c:dbus():dbus(false) end, {} } },
	env = {
		{ function(c) c:env("A", 1):env { B = "x", C = false } end, { env = { set = { A = "1", B = "x", C = "false" } } } },
		{ function(c) c:env "LANG" end, { env = { pass = { "LANG" } } } },
		{ function(c) c:env("A", "x"):env "A" end, { env = { pass = { "A" } } } },
		{ function(c) c:env("A", "x", { secret = true }) end, { env = { set = { A = "x" }, secret = { "A" } } } },
		{ function(c) c:env("A", "x", { secret = true }):env("A", "y") end, { env = { set = { A = "y" } } } },
		{ function(c) c:env "A":env("A", "") end, { env = { set = { A = "" } } } },
	},
	unenv = { { function(c) c:env("A", 1):env "B":unenv "A":unenv "B" end, {} } },
	env_file = { { function(c) c:env_file ".env":env_file ".env" end, { env_file = { ".env" } } } },
	unenv_file = { { function(c) c:env_file ".env":unenv_file ".env" end, {} } },
	timezone = {
		{ function(c) c:timezone "host" end, { timezone = "host" } },
		{ function(c) c:timezone "America/Argentina/Buenos_Aires" end,
			{ timezone = "America/Argentina/Buenos_Aires" } },
		{ function(c) c:timezone "Etc/GMT+5" end, { timezone = "Etc/GMT+5" } },
	},
	command = {
		{ function(c) c:command { "a", 1 } end, { command = { "a", "1" } } },
		{ function(c) c:command("sh", "-c", "x\ny") end, { command = { "sh", "-c", "x\ny" } } },
		{ function(c) c:command "bash" end, { command = { "bash" } } },
		{ function(c) c:command {} end, { command = {} } },
	},
	entrypoint = {
		{ function(c) c:entrypoint { "a" } end, { entrypoint = { "a" } } },
		{ function(c) c:entrypoint {} end, { entrypoint = {} } },
	},
	init = { { function(c) c:init(false) end, { init = false } } },
	tty = { { function(c) c:tty(true) end, { tty = true } } },
	stop = {
		{ function(c) c:stop { signal = "SIGINT", timeout = 3 } end,
			{ stop = { signal = "SIGINT", timeout = 3 } } },
		{ function(c) c:stop { signal = 15 } end, { stop = { signal = "15" } } },
	},
	detach = { { function(c) c:detach() end, { detach = true } } },
	detach_keys = { { function(c) c:detach_keys "ctrl-p,q" end, { detach_keys = "ctrl-p,q" } } },
	restart = {
		{ function(c) c:restart "always" end, { restart = "always" } },
		{ function(c) c:restart "on-failure:3" end, { restart = "on-failure:3" } },
	},
	keep = { { function(c) c:keep() end, { keep = true } } },
	log = { { function(c) c:log(true) end, { log = true } } },
	on = { { function(c) c:on("exit", print) end, {} } },
	name = { { function(c) c:name "a_b.c-1" end, { name = "a_b.c-1" } } },
	hostname = { { function(c) c:hostname "box.lan" end, { hostname = "box.lan" } } },
	label = { { function(c) c:label("k", 1):label "l" end, { label = { k = "1", l = "" } } } },
	unlabel = { { function(c) c:label("k", 1):unlabel "k" end, {} } },
	network = { { function(c) c:network "none" end, { network = "none" } } },
	port = {
		{ function(c) c:port(8080) end, { port = { { host = 8080, container = 8080 } } } },
		{ function(c) c:port "80" end, { port = { { host = 80, container = 80 } } } },
		{ function(c) c:port "8080:80" end, { port = { { host = 8080, container = 80 } } } },
		{ function(c) c:port ":80/udp" end, { port = { { host = 0, container = 80, protocol = "udp" } } } },
		{ function(c) c:port "127.0.0.1:8080:80/tcp" end,
			{ port = { { host_ip = "127.0.0.1", host = 8080, container = 80, protocol = "tcp" } } } },
		{ function(c) c:port "[::1]:8080:80" end,
			{ port = { { host_ip = "::1", host = 8080, container = 80 } } } },
		{ function(c) c:port { container = 80, host_ip = "0.0.0.0" } end,
			{ port = { { host_ip = "0.0.0.0", host = 80, container = 80 } } } },
	},
	unport = { { function(c) c:port "8080:80":unport(80) end, {} } },
	host = {
		{ function(c) c:host("db", "10.0.0.5"):host("gw", "host-gateway") end,
			{ host = { db = "10.0.0.5", gw = "host-gateway" } } },
	},
	unhost = { { function(c) c:host("db", "10.0.0.5"):host("gw", "10.0.0.6"):unhost "db" end,
		{ host = { gw = "10.0.0.6" } } } },
	undns = { { function(c) c:dns "1.1.1.1":dns "9.9.9.9":undns "1.1.1.1" end, { dns = { "9.9.9.9" } } } },
	dns = { { function(c) c:dns "1.1.1.1" end, { dns = { "1.1.1.1" } } } },
	limit = {
		{ function(c) c:limit { cpus = 1.5, memory = "4g", swap = "unlimited", pids = 9, cpuset = "0-3,7" } end,
			{ limit = { cpus = 1.5, memory = 4 << 30, swap = -1, pids = 9, cpuset = "0-3,7" } } },
		{ function(c) c:limit { pids = 9 }:limit { pids = 8, cpus = 1 } end, { limit = { pids = 8, cpus = 1 } } },
	},
	ulimit = {
		{ function(c) c:ulimit("nofile", 10) end, { ulimit = { { name = "nofile", soft = 10 } } } },
		{ function(c) c:ulimit("nofile", 1):ulimit("nofile", 2, "unlimited") end,
			{ ulimit = { { name = "nofile", soft = 2, hard = -1 } } } },
	},
	unulimit = { { function(c) c:ulimit("nofile", 10):unulimit "nofile" end, {} } },
	unsysctl = { { function(c) c:sysctl("net.core.somaxconn", 9):unsysctl "net.core.somaxconn" end, {} } },
	uncapability = { { function(c) c:capability "SYS_PTRACE":uncapability "cap_sys_ptrace" end, {} } },
	undrop = { { function(c) c:drop "NET_RAW":undrop "NET_RAW" end, {} } },
	unsecurity = { { function(c) c:security "seccomp=unconfined":unsecurity "seccomp=unconfined" end, {} } },
	shm = {
		{ function(c) c:shm "1g" end, { shm = 1 << 30 } },
		{ function(c) c:shm "1.5 GiB" end, { shm = 3 << 29 } },
		{ function(c) c:shm(65536) end, { shm = 65536 } },
	},
	ipc = { { function(c) c:ipc "host" end, { ipc = "host" } } },
	pid = { { function(c) c:pid "host" end, { pid = "host" } }, { function(c) c:pid "private" end, { pid = "private" } } },
	sysctl = { { function(c) c:sysctl("net.core.somaxconn", 9) end,
		{ sysctl = { ["net.core.somaxconn"] = "9" } } } },
	capability = { { function(c) c:capability "cap_sys_ptrace" end, { capability = { "SYS_PTRACE" } } } },
	drop = { { function(c) c:drop "NET_RAW" end, { drop = { "NET_RAW" } } } },
	security = {
		{ function(c) c:security "seccomp=unconfined" end, { security = { "seccomp=unconfined" } } },
		{ function(c) c:security "no-new-privileges=false" end, { security = { "no-new-privileges=false" } } },
	},
	privileged = { { function(c) c:privileged() end, { privileged = true } } },
}

-- verb → list of { what a profile writes, on one line; a part of the message }
local bad = {
	build = {
		{ function(c) c:build "x" end, 'needs a table, as in { tag = "demo:latest" }, not "x"' },
		{ function(c) c:build {} end, "tag is missing" },
		{ function(c) c:build { tag = "x", dockerfil = "y" } end,
			'unknown key "dockerfil" (did you mean dockerfile?); known are args, base' },
		{ function(c) c:build { tag = 5 } end, "tag must be a string, not 5" },
		{ function(c) c:build { tag = "x", args = { A = {} } } end, "args.A must be a string, not a table" },
		{ function(c) c:build { tag = "x", pull = "yes" } end, 'pull must be true or false, not "yes"' },
	},
	image = {
		{ function(c) c:image() end, "the image must be a string, not nothing" },
		{ function(c) c:image("x", { pull = true }) end, "pull must be a string, not true" },
		{ function(c) c:image("x", "always") end, 'the last argument must be a table { pull }, not "always"' },
		{ function(c) c:image("x", {}, 3) end, "too many arguments, the first too much is 3" },
	},
	mount = {
		{ function(c) c:mount(".") end, "target must be a string, not nothing" },
		{ function(c) c:mount("", "/x") end, "source must not be empty" },
		{ function(c) c:mount("~/d", "/x") end, 'write cnn.host.user().home .. "/d"' },
		{ function(c) c:mount("a\nb", "/x") end, "source must be one line" },
		{ function(c) c:mount("a\0b", "/x") end, "source must not hold a NUL byte" },
		{ function(c) c:mount(".", "/x", { read_only = true }) end,
			'unknown key "read_only" (did you mean readonly?); known are create, optional, readonly' },
		{ function(c) c:mount(".", "/x", { readonly = 1 }) end, "readonly must be true or false, not 1" },
		{ function(c) c:mount { source = "." } end, "target is missing" },
		{ function(c) c:mount({ target = "/x" }, "/y") end, "after a table nothing may follow" },
	},
	unmount = { { function(c) c:unmount(5) end, "target must be a string, not 5" } },
	volume = { { function(c) c:volume(nil, "/x") end, "the volume must be a string, not nothing" } },
	tmpfs = {
		{ function(c) c:tmpfs("/t", { size = "big" }) end,
			'size must be a size as "512m" or "1g", or a number of bytes, not "big"' },
		{ function(c) c:tmpfs("/t", { size = -1 }) end, "size must be a size" },
		{ function(c) c:tmpfs("/t", { mode = "999" }) end, 'mode must be permissions as "1777", not "999"' },
	},
	readonly = { { function(c) c:readonly "yes" end, 'the switch must be true or false, not "yes"' } },
	workdir = { { function(c) c:workdir "" end, "the directory must not be empty" } },
	user = {
		{ function(c) c:user "hots" end, '"hots" (did you mean host?)' },
		{ function(c) c:user { uid = 1.5 } end, "uid must be a whole number" },
		{ function(c) c:user { uid = 1, name = 5 } end, "name must be a string, not 5" },
		{ function(c) c:user() end, "the user must be a string, not nothing" },
	},
	home = { { function(c) c:home(5) end, "the directory must be a string, not 5" } },
	gpus = {
		{ function(c) c:gpus(0.5) end, "0.5 is no GPU" },
		{ function(c) c:gpus() end, "not nothing" },
		{ function(c) c:gpus {} end, "names no GPU" },
		{ function(c) c:gpus { cuont = 2 } end, "must be a list without holes or names" },
		{ function(c) c:gpus { count = "2" } end, 'count must be a whole number, not "2"' },
		{ function(c) c:gpus("all", { capabilities = { 1 } }) end, "capabilities[1] must be a string, not 1" },
	},
	device = { { function(c) c:device("/dev/x", { permissions = 7 }) end, "permissions must be a string, not 7" } },
	undevice = { { function(c) c:undevice() end, "the device must be a string" } },
	display = {
		{ function(c) c:display(true) end, "the way must be a string, not true" },
		{ function(c) c:display { optinal = true } end, "did you mean optional?" },
	},
	xhost = { { function(c) c:xhost(false) end, "who is admitted must be a string, not false" } },
	wayland = { { function(c) c:wayland(true) end, "the argument must be a table { optional }, not true" } },
	audio = { { function(c) c:audio { x = 1 } end, 'unknown key "x"; known are optional' } },
	dbus = { { function(c) c:dbus "session" end, "the argument must be a table" } },
	env = {
		{ function(c) c:env("A", nil) end, 'the value of "A" is nil; for the host\'s own value write c:env("A")' },
		{ function(c) c:env("", 1) end, "the variable must not be empty" },
		{ function(c) c:env { A = {} } end, "A must be a string, not a table" },
		{ function(c) c:env { "A" } end, "the variable must be a string, not 1" },
		{ function(c) c:env("A", 1, 2) end, "must be a table { secret }, not 2" },
		{ function(c) c:env("A", 1, {}, 2) end, "too many arguments" },
	},
	unenv = { { function(c) c:unenv(1) end, "the variable must be a string" } },
	env_file = { { function(c) c:env_file {} end, "the file must be a string, not a table" } },
	unenv_file = { { function(c) c:unenv_file() end, "the file must be a string, not nothing" } },
	timezone = { { function(c) c:timezone(1) end, "the zone must be a string, not 1" } },
	command = {
		{ function(c) c:command() end, "word 1 must be a string, not nothing" },
		{ function(c) c:command { "a", {} } end, "the command[2] must be a string, not a table" },
		{ function(c) c:command("a", nil, "b") end, "word 2 must be a string, not nothing" },
		{ function(c) c:command { "a", nil, "b" } end, "without holes" },
	},
	entrypoint = { { function(c) c:entrypoint(print) end, "word 1 must be a string, not a function" } },
	init = { { function(c) c:init(1) end, "must be true or false, not 1" } },
	tty = { { function(c) c:tty "auto" end, "must be true or false" } },
	stop = {
		{ function(c) c:stop {} end, "needs { signal" },
		{ function(c) c:stop { signal = 1.5 } end, "signal must be a string, not 1.5" },
		{ function(c) c:stop { timeout = "5" } end, 'timeout must be a whole number, not "5"' },
	},
	detach = { { function(c) c:detach(1) end, "must be true or false" } },
	detach_keys = { { function(c) c:detach_keys {} end, "the keys must be a string, not a table" } },
	restart = { { function(c) c:restart(true) end, "the policy must be a string, not true" } },
	keep = { { function(c) c:keep(0) end, "must be true or false" } },
	log = { { function(c) c:log "x" end, "must be true or false" } },
	on = {
		{ function(c) c:on("stop", print) end, 'the event must be start | log | exit, not "stop"' },
		{ function(c) c:on "exit" end, "the handler must be a function, not nothing" },
	},
	name = { { function(c) c:name() end, "the name must be a string, not nothing" } },
	hostname = { { function(c) c:hostname "a\nb" end, "the name must be one line" } },
	label = { { function(c) c:label("", 1) end, "the key must not be empty" } },
	unlabel = { { function(c) c:unlabel() end, "the key must be a string" } },
	network = { { function(c) c:network "" end, "the network must not be empty" } },
	port = {
		{ function(c) c:port "eighty" end, '"eighty" is no port; what works is 8080' },
		{ function(c) c:port "8000-8010:80" end, "is no port" },
		{ function(c) c:port { container = 80, protocol = 6 } end, "protocol must be a string, not 6" },
		{ function(c) c:port { host = 80 } end, "container is missing" },
		{ function(c) c:port(80.5) end, "must be a whole number" },
		{ function(c) c:port() end, "not nothing" },
		{ function(c) c:port "localhost:80:80" end, "is no port" },
	},
	unport = { { function(c) c:unport "80" end, "must be a whole number" } },
	host = { { function(c) c:host("db") end, "the address must be a string, not nothing" } },
	unhost = { { function(c) c:unhost("db", 1) end, "too many arguments" } },
	undns = { { function(c) c:undns(1) end, "the server must be a string, not 1" } },
	dns = { { function(c) c:dns(1) end, "the server must be a string, not 1" } },
	limit = {
		{ function(c) c:limit { cpu = 2 } end, 'unknown key "cpu" (did you mean cpus?)' },
		{ function(c) c:limit { cpus = "2" } end, 'cpus must be a number, not "2"' },
		{ function(c) c:limit {} end, "needs a table { cpus, cpuset, memory, pids, swap }" },
	},
	ulimit = {
		{ function(c) c:ulimit "nofile" end, "soft must be a whole number, not nothing" },
	},
	unulimit = { { function(c) c:unulimit() end, "the limit must be a string, not nothing" } },
	unsysctl = { { function(c) c:unsysctl() end, "the setting must be a string, not nothing" } },
	uncapability = { { function(c) c:uncapability() end, "the capability must be a string, not nothing" } },
	undrop = { { function(c) c:undrop() end, "the capability must be a string, not nothing" } },
	unsecurity = { { function(c) c:unsecurity() end, "the option must be a string, not nothing" } },
	shm = { { function(c) c:shm "1x" end, "the size must be a size" } },
	ipc = { { function(c) c:ipc {} end, "the mode must be a string, not a table" } },
	pid = { { function(c) c:pid(1) end, "the mode must be a string, not 1" } },
	sysctl = { { function(c) c:sysctl("net.core.somaxconn", {}) end, "the value must be a string, not a table" } },
	capability = { { function(c) c:capability "" end, "the capability must not be empty" } },
	drop = { { function(c) c:drop(5) end, "the capability must be a string" } },
	security = { { function(c) c:security "" end, "the option must not be empty" } },
	privileged = { { function(c) c:privileged "yes" end, "must be true or false" } },
}

describe("every verb", function()
	before_each(function() support.fresh() end)

	for name in pairs(require "cnnrun.verbs") do
		it("has examples of use and of misuse: " .. name, function()
			assert.is_table(good[name])
			assert.is_table(bad[name])
		end)
	end

	it("is a method of the container, and none besides", function()
		local verbs = require "cnnrun.verbs"
		local c = require "cnnrun".container()
		for name, from in pairs(verbs) do
			assert.is_function(c[name])
			if type(from) == "string" then
				for other in pairs(require("cnnrun.verb." .. from)) do assert.equal(from, verbs[other]) end
			end
		end
	end)

	it("that adds has its way back", function()
		local verbs = require "cnnrun.verbs"
		for name, row in pairs(verbs) do
			if type(row) == "table" and (row.item or row.named) then
				assert.same({ back = name }, verbs["un" .. name])
			end
		end
		for _, name in ipairs { "mount", "device", "env", "port", "ulimit" } do
			assert.truthy(verbs["un" .. name])
		end
	end)

	for name, cases in pairs(good) do
		for i, case in ipairs(cases) do
			it(("makes its plan: %s %d"):format(name, i), function()
				assert.same(case[2], support.made(case[1]))
			end)
		end
	end

	for name, cases in pairs(bad) do
		for i, case in ipairs(cases) do
			it(("raises at the caller's line: %s %d"):format(name, i), function()
				local ok, message = pcall(support.plan, case[1])
				assert.is_false(ok)
				local start = ("%s: c:%s: "):format(support.line(case[1]), name)
				assert.equal(start, message:sub(1, #start))
				assert.truthy(message:find(case[2], 1, true), message)
			end)
		end
	end
end)

describe("a container", function()
	before_each(function() support.fresh() end)

	it("suggests the verb that was meant", function()
		local setup = function(c) c:moutn(".", "/x") end
		local _, message = pcall(support.plan, setup)
		assert.equal(support.line(setup) .. ": c:moutn: no such verb (did you mean mount?)", message)
	end)

	it("says how verbs are called", function()
		local dot = function(c) c.mount(".", "/x") end
		local _, message = pcall(support.plan, dot)
		assert.equal(support.line(dot) .. ": c:mount: call it with a colon, as in c:mount(...)", message)
		local set = function(c) c.image = "x" end
		_, message = pcall(support.plan, set)
		assert.equal(support.line(set) .. ": c.image: verbs are called, as in c:image(...)", message)
	end)

	it("says where each part was asked for", function()
		local setup = function(c)
			c:mount("a", "/a")
			c:mount("b", "/b")
			c:gpus "0"
			c:limit { memory = "1g", cpus = 2 }
			c:unmount "/a"
			c:env("A", "1")
		end
		assert.same({
			["mount/0"] = support.line(setup, 2), gpus = support.line(setup, 3),
			["limit/memory"] = support.line(setup, 4), ["limit/cpus"] = support.line(setup, 4),
			["env/set"] = support.line(setup, 6),
		}, support.main(support.plan(setup)).at)
	end)

	it("forgets the place of what was taken back", function()
		local plan = support.plan(function(c) c:audio():audio(false):env("A", 1):unenv "A" end)
		assert.is_nil(support.main(plan).at)
	end)

	it("marks lists, so that empty ones stay lists", function()
		local plan = support.main(support.plan(function(c) c:command {} c:entrypoint {} end))
		assert.equal("array", getmetatable(plan.command).__jsontype)
		assert.equal("array", getmetatable(plan.entrypoint).__jsontype)
	end)
end)
