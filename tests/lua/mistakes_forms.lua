-- SPDX-License-Identifier: MIT
--- Forms that newcomers write, and the answers: { what is written, what is said of it, as = how
--- the answer is typed where it is a part of a line }.
local forms = {}

local MOUNTED = 'c:mount(%s, "/x", { optional = true })'

forms.setup = {
	-- strings that docker takes apart
	{ 'c:mount "data:/data:ro"',
		'c:mount: target must be a string, not nothing: write c:volume("data", "/data", { readonly = true })' },
	{ 'c:mount "./data:/data:ro"',
		'c:mount: target must be a string, not nothing: write c:mount("./data", "/data", { readonly = true })' },
	{ 'c:mount "./data:/data"', 'c:mount: target must be a string, not nothing: write c:mount("./data", "/data")' },
	{ 'c:mount "aa:b:ro"',
		'c:mount: target must be a string, not nothing: write c:volume("aa", "/b", { readonly = true })' },
	{ 'c:mount "."', 'c:mount: target must be a string, not nothing: write c:mount(".", "/work")' },
	{ 'c:mount(".", "/x", "ro")',
		'c:mount: the last argument must be a table { carry, create, git, optional, readonly }, not "ro": '
		.. 'write c:mount(".", "/x", { readonly = true })' },
	{ 'c:mount { ".", "/x" }', 'c:mount: unknown key 1; known are carry, create, git, optional, readonly, source, target: '
		.. 'write c:mount(".", "/x")' },
	{ 'c:mount { "./data:/x" }', 'c:mount: unknown key 1; known are carry, create, git, optional, readonly, source, target: '
		.. 'write c:mount("./data", "/x")' },
	{ 'c:mount("~/d:/x")', 'c:mount: source "~/d:/x": "~" is the shell\'s: '
		.. 'write c:mount(cnn.host.user().home .. "/d", "/x")', as = "if false then %s end" },
	{ 'c:volume "cache:/c"', 'c:volume: target must be a string, not nothing: write c:volume("cache", "/c")' },
	{ 'c:volume("./data", "/c")', 'c:volume: "./data" is a path, not a volume: write c:mount("./data", "/c")' },
	{ 'c:tmpfs "/run:size=64m,mode=1777"', 'c:tmpfs: target "/run:size=64m,mode=1777" has options in it: '
		.. 'write c:tmpfs("/run", { size = "64m", mode = "1777" })' },
	{ 'c:tmpfs("/t", { mode = 1777 })',
		'c:tmpfs: mode must be text, for Lua has no octal numbers: write mode = "1777"',
		as = 'c:tmpfs("/t", { %s })' },
	{ 'c:tmpfs("/t", { mode = 0700 })',
		'c:tmpfs: mode must be text, for Lua has no octal numbers: write mode = "700"',
		as = 'c:tmpfs("/t", { %s })' },
	{ 'c:device "/dev/null:/dev/x:rw"', 'c:device: "/dev/null:/dev/x:rw" are two paths: '
		.. 'write c:device("/dev/null", "/dev/x", { permissions = "rw" })' },
	{ 'c:env "A=1"', 'c:env: "A=1" is no name of a variable: write c:env("A", "1")' },
	{ 'c:env { "A=1" }', 'c:env: "A=1" is no name of a variable: write c:env("A", "1")' },
	{ 'c:label "a=b"', 'c:label: "a=b" is no key: write c:label("a", "b")' },
	{ 'c:label { "a=b" }', 'c:label: the key must be a string, not 1: write c:label("a", "b")' },
	{ 'c:sysctl "net.core.somaxconn=9"',
		'c:sysctl: "net.core.somaxconn=9" is no setting: write c:sysctl("net.core.somaxconn", "9")' },
	{ 'c:host "db:10.0.0.5"', 'c:host: the address must be a string, not nothing: write c:host("db", "10.0.0.5")' },
	{ 'c:ulimit "nofile=1024:2048"',
		'c:ulimit: soft must be a whole number, not nothing: write c:ulimit("nofile", 1024, 2048)' },
	{ "c:ulimit { nofile = 1024 }",
		'c:ulimit: the limit must be a string, not a table: write c:ulimit("nofile", 1024)' },
	{ 'c:port "8080:80:90"', 'c:port: "8080:80:90" is no port; what works is 8080, "8080:80", '
		.. '"8000-8010:8000-8010", "0.0.0.0:8080:80/udp" or { container = 80 }: write c:port "8080:80"' },
	{ 'c:port "localhost:8080:80"', 'c:port: "localhost:8080:80" is no port; what works is 8080, "8080:80", '
		.. '"8000-8010:8000-8010", "0.0.0.0:8080:80/udp" or { container = 80 }: write c:port "127.0.0.1:8080:80"' },
	{ 'c:port "${PORT:-8080}:80"', 'c:port: "${PORT:-8080}:80" is no port; what works is 8080, "8080:80", '
		.. '"8000-8010:8000-8010", "0.0.0.0:8080:80/udp" or { container = 80 }: '
		.. "write c:port { host = opt.port, container = 80 }, "
		.. 'with options = { port = { env = "PORT", default = "8080", type = "number" } }' },
	{ "c:port(8080, 80)", 'c:port: too many arguments, the first too much is 80: write c:port "8080:80"' },
	{ 'c:command "ls -l"', 'c:command: "ls -l" is one word with blanks in it: write c:command { "ls", "-l" }' },
	{ 'c:command "make && make test"', 'c:command: "make && make test" is one word with blanks in it: '
		.. 'write c:command { "sh", "-c", "make && make test" }' },
	{ 'c:command "A=1 make"',
		'c:command: "A=1 make" is one word with blanks in it: write c:command { "sh", "-c", "A=1 make" }' },
	{ "c:command 'echo \"hi there\"'", 'c:command: "echo "hi there"" is one word with blanks in it: '
		.. 'write c:command { "sh", "-c", "echo \\"hi there\\"" }' },
	{ 'c:entrypoint "python train.py"', 'c:entrypoint: "python train.py" is one word with blanks in it: '
		.. 'write c:entrypoint { "python", "train.py" }' },

	-- what a shell puts in
	{ 'c:mount("~/d", "/x")', 'c:mount: source "~/d": "~" is the shell\'s; write cnn.host.user().home .. "/d"',
		as = MOUNTED },
	{ 'c:mount("~", "/x")', 'c:mount: source "~": "~" is the shell\'s; write cnn.host.user().home', as = MOUNTED },
	{ 'c:mount("$HOME/d", "/x")',
		'c:mount: source "$HOME/d": "$HOME" is the shell\'s; write cnn.host.user().home .. "/d"', as = MOUNTED },
	{ 'c:mount("${HOME}", "/x")', 'c:mount: source "${HOME}": "${HOME}" is the shell\'s; '
		.. "write cnn.host.user().home", as = MOUNTED },
	{ 'c:mount("$PWD", "/x")', 'c:mount: source "$PWD": "$PWD" is the shell\'s; write cnn.project.dir()',
		as = MOUNTED },
	{ 'c:mount("$(pwd)/data", "/x")',
		'c:mount: source "$(pwd)/data": "$(pwd)" is the shell\'s; write cnn.project.dir() .. "/data"',
		as = MOUNTED },
	{ 'c:mount("${DATA:-/srv}/x", "/x")', 'c:mount: source "${DATA:-/srv}/x": "${DATA:-/srv}" is the shell\'s; '
		.. 'write opt.data .. "/x", with options = { data = { env = "DATA", default = "/srv" } }', as = MOUNTED },
	{ 'c:mount(".", "/home/$USER/w")', 'c:mount: target "/home/$USER/w": "$USER" is the shell\'s; '
		.. 'write "/home/" .. cnn.host.user().name .. "/w"', as = 'c:mount(".", %s)' },
	{ 'c:image "debian:${TAG:-12}"', 'c:image: the image "debian:${TAG:-12}": "${TAG:-12}" is the shell\'s; '
		.. 'write "debian:" .. opt.tag, with options = { tag = { env = "TAG", default = "12" } }',
		as = "c:image(%s)" },
	{ 'c:build { tag = "app:$USER" }', 'c:build: tag "app:$USER": "$USER" is the shell\'s; '
		.. 'write "app:" .. cnn.host.user().name', as = "c:build { tag = %s }" },
	{ 'c:workdir "~"', 'c:workdir: the directory "~": "~" is the shell\'s; write cnn.host.user().home',
		as = "c:workdir(%s)" },
	{ 'c:user "$UID:$GID"', 'c:user: must be "host", "image", "root", "1000:1000" or a table { uid = ... }, '
		.. 'not "$UID:$GID": write c:user "host"' },
	{ 'c:user "$(id -u):$(id -g)"', 'c:user: must be "host", "image", "root", "1000:1000" or a table { uid = ... }, '
		.. 'not "$(id -u):$(id -g)": write c:user "host"' },

	-- what a fact could not tell
	{ 'c:env("A", cnn.host.env "HOME")',
		"c:env: it is given nil, for a profile may not read HOME; write cnn.host.user().home",
		as = 'c:env("A", %s)' },
	{ 'c:workdir(cnn.host.env "PWD")',
		"c:workdir: it is given nil, for a profile may not read PWD; write cnn.project.dir()",
		as = "c:workdir(%s)" },
	{ 'c:name(cnn.host.env "HOSTNAME")',
		"c:name: it is given nil, for a profile may not read HOSTNAME; write cnn.host.name()" },
	{ 'c:env("A", cnn.host.env "API")', "c:env: it is given nil, for a profile may not read API, only TERM, LANG, "
		.. 'LC_*, TZ, USER and the like; c:env "API" passes it on to the container' },
	{ 'c:label("v", cnn.project.read "nope")', "c:label: it is given nil, for PROJECT/nope: No such file or directory" },
	{ 'c:env("A", nil)', 'c:env: the value of "A" is nil; for the host\'s own value write c:env("A")' },

	-- other kinds of values
	{ "c:user(1000)", 'c:user: the user must be a string, not 1000: write c:user "1000:1000"' },
	{ "c:user(1000, 100)", 'c:user: the user must be a string, not 1000: write c:user "1000:100"' },
	{ 'c:user "ada"', 'c:user: must be "host", "image", "root", "1000:1000" or a table { uid = ... }, '
		.. 'not "ada": write c:user("image", { name = "ada" })' },
	{ "c:gpus(true)", 'c:gpus: needs "0", "2,3", "all", "none", "GPU-<uuid>", "MIG-<uuid>", a list of them, '
		.. 'or { count = 2 }, not true: write c:gpus "all"' },
	{ "c:gpus()", 'c:gpus: needs "0", "2,3", "all", "none", "GPU-<uuid>", "MIG-<uuid>", a list of them, '
		.. 'or { count = 2 }, not nothing: write c:gpus "all"' },
	{ "c:gpus 'device=0,1'", 'c:gpus: "device=0" is no GPU; what works is "0", "2,3", "all", "none", '
		.. '"GPU-<uuid>", "MIG-<uuid>", a list of them, or { count = 2 }: write c:gpus "0,1"' },
	{ 'c:gpus { count = "2" }', 'c:gpus: count must be a whole number, not "2": write c:gpus { count = 2 }' },
	{ "c:gpus { count = 0.5 }", "c:gpus: count must be a whole number, not 0.5" },
	{ 'c:gpus { count = "all" }', 'c:gpus: count must be a whole number, not "all": write c:gpus "all"' },
	{ 'c:gpus { device_ids = { "0" } }', 'c:gpus: unknown key "device_ids": write c:gpus { "0", "1" }' },
	{ "c:display(true)", "c:display: the way must be a string, not true: write c:display()" },
	{ "c:display(false)", 'c:display: the way must be a string, not false: write c:display "none"' },
	{ "c:xhost(true)", 'c:xhost: who is admitted must be a string, not true: write c:xhost "local"' },
	{ "c:xhost(false)", 'c:xhost: who is admitted must be a string, not false: write c:xhost "none"' },
	{ "c:network(false)", 'c:network: the network must be a string, not false: write c:network "none"' },
	{ 'c:network { "example.org" }',
		'c:network: unknown key 1; known are allow: write c:network { allow = { "example.org" } }' },
	{ "c:timezone(true)", 'c:timezone: the zone must be a string, not true: write c:timezone "host"' },
	{ "c:restart(true)", 'c:restart: the policy must be a string, not true: write c:keep():restart "unless-stopped"' },
	{ "c:restart(false)", 'c:restart: the policy must be a string, not false: write c:restart "no"' },
	{ 'c:tty "yes"', 'c:tty: the switch must be true or false, not "yes": write true', as = "c:tty(%s)" },
	{ "c:init(0)", "c:init: the switch must be true or false, not 0: write false", as = "c:init(%s)" },
	{ 'c:stop "SIGINT"', 'c:stop: the argument must be a table { signal, timeout }, not "SIGINT": '
		.. 'write c:stop { signal = "SIGINT" }' },
	{ "c:stop(10)",
		"c:stop: the argument must be a table { signal, timeout }, not 10: write c:stop { timeout = 10 }" },
	{ 'c:stop { timeout = "10s" }',
		'c:stop: timeout must be a whole number, not "10s": write c:stop { timeout = 10 }' },
	{ 'c:limit "4g"', 'c:limit: the argument must be a table { cpus, cpuset, memory, pids, swap, time }, '
		.. 'not "4g": write c:limit { memory = "4g" }' },
	{ 'c:limit { cpus = "2" }', 'c:limit: cpus must be a number, not "2": write c:limit { cpus = 2 }' },
	{ 'c:build "."', 'c:build: needs a table, as in { tag = "demo:latest" }, not ".": '
		.. 'write c:build { context = "." }' },
	{ 'c:build "docker/Dockerfile"', 'c:build: needs a table, as in { tag = "demo:latest" }, '
		.. 'not "docker/Dockerfile": write c:build { dockerfile = "docker/Dockerfile" }' },
	{ "c:build()", 'c:build: needs a table, as in { tag = "demo:latest" }, not nothing: write c:build {}' },
	{ 'c:build { args = { "A=1" } }',
		'c:build: a name in args must be a string, not 1: write c:build { args = { A = "1" } }' },
	{ 'c:image("debian:12", { pull = true })',
		'c:image: pull must be a string, not true: write c:image("debian:12", { pull = "always" })' },
	{ 'c:image("debian:12", "always")', 'c:image: the last argument must be a table { pull }, not "always": '
		.. 'write c:image("debian:12", { pull = "always" })' },
	{ "c:home()", 'c:home: the directory must be a string, not nothing: write c:home "docker/home"' },
	{ 'c:service("db", { image = "redis:7" })', "c:service: what it is must be a function (s), not a table: "
		.. 'write c:service("db", function(s) s:image "redis:7" end)' },
	{ 'c:service("db", "redis:7")', 'c:service: what it is must be a function (s), not "redis:7": '
		.. 'write c:service("db", function(s) s:image "redis:7" end)' },
	{ 'c:service("My-db", function(s) s:image "x" end)', "c:service: the name must be a name such as db, of small "
		.. 'letters, digits, - and _, not "My-db": write c:service("my-db", function(s) s:image "postgres:16" end)' },
	{ 'c:service("db", function(s) s:image "x" s:ready(5432) end)',
		"c:ready: the argument must be a table { command, done, http, interval, log, port, timeout }, not 5432: "
		.. "write s:ready { port = 5432 }", as = 'c:service("db", function(s) s:image "x"; %s end)' },
	{ 'c:service("db", function(s) s:image "x" s:ready "pg_isready" end)',
		'c:ready: the argument must be a table { command, done, http, interval, log, port, timeout }, not "pg_isready": '
		.. 'write s:ready { command = "pg_isready" }', as = 'c:service("db", function(s) s:image "x"; %s end)' },
	{ 'c:on("stop", print)', 'c:on: the event must be start | log | exit, not "stop": '
		.. 'write c:on("exit", function(e) print(e.code) end)' },
	{ "c:on(print)", "c:on: the event must be start | log | exit, not a function: "
		.. 'write c:on("exit", function(e) print(e.code) end)' },
	-- nil, message, code where something is made of nil
	{ 'c:mount(cnn.host.env("HOME") .. "/x", "/x")', "attempt to concatenate a nil value; cnn.host.env gave nil, "
		.. 'for a profile may not read HOME; write cnn.host.user().home', as = "local _ = %s" },
	-- handles
	{ "local h = cnn.start(c) h.wait()", "h:wait: call it with a colon, as in h:wait(...)" },
	{ "print(cnn.start(c).code)", "h:code: no such thing: write h:wait().code",
		as = "local h = cnn.start(c) print(%s)" },
	{ "cnn.start(c):kill()", "h:kill: no such thing: write h:stop()", as = "local h = cnn.start(c) %s" },
	{ "cnn.start(c):status()", "h:status: no such thing (did you mean state?)" },
	{ 'c.image("x")', "c:image: call it with a colon, as in c:image(...)" },
	{ 'c.image = "x"', "c.image: verbs are called, as in c:image(...)" },
}

return forms
