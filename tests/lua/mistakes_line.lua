-- SPDX-License-Identifier: MIT
--- What newcomers type, and the answer. try: what it says to type, where that is not its end.
local ROOT = "cnnrun: error: "
local TTY = "a container has the terminal that cnnrun has: leave it out"

local function option(words, said) return { "cnnrun " .. words, ROOT .. "unknown option " .. said } end
local function word(words, said)
	return { "cnnrun " .. words, ROOT .. "no command and no profile is called '" .. words:match "%S+" .. "'; " .. said }
end
local function missing(words, said) return { "cnnrun " .. words, ROOT .. said } end

local AFTER = 'a command for the container goes after "--": '

return {
	option("--rm", "--rm; a container is removed when it has ended: leave it out"),
	option("shell -it", "-i; " .. TTY), option("shell -i", "-i; " .. TTY),
	option("shell --interactive", "--interactive; " .. TTY), option("shell --tty", "--tty; " .. TTY),
	option("shell --net host", "--net; write --network"),
	option("shell --privileged", "--privileged; in the profile, write c:privileged()"),
	option("shell --shm-size 1g", '--shm-size; in the profile, write c:shm "1g"'),
	option("shell --shm-size=1g", '--shm-size; in the profile, write c:shm "1g"'),
	option("shell --cap-add SYS_PTRACE", '--cap-add; in the profile, write c:capability "SYS_PTRACE"'),
	option("shell --cap-drop ALL", '--cap-drop; in the profile, write c:drop "NET_RAW"; '
		.. "all are dropped that no c:capability adds"),
	option("shell --security-opt x", '--security-opt; in the profile, write c:security "seccomp=unconfined"'),
	option("shell --ulimit nofile=9", '--ulimit; in the profile, write c:ulimit("nofile", 1024)'),
	option("shell --sysctl a=1", '--sysctl; in the profile, write c:sysctl("net.core.somaxconn", 1024)'),
	option("shell --memory 4g", '--memory; in the profile, write c:limit { memory = "4g" }'),
	option("shell -m 4g", '-m; in the profile, write c:limit { memory = "4g" }'),
	option("shell --memory-swap 8g", '--memory-swap; in the profile, write c:limit { memory = "4g", swap = "8g" }'),
	option("shell --cpus 2", "--cpus; in the profile, write c:limit { cpus = 2 }"),
	option("shell --cpuset-cpus 0", '--cpuset-cpus; in the profile, write c:limit { cpuset = "0-3" }'),
	option("shell --pids-limit 9", "--pids-limit; in the profile, write c:limit { pids = 512 }"),
	option("shell --workdir /x", '--workdir; in the profile, write c:workdir "/work"'),
	option("shell -w /x", '-w; in the profile, write c:workdir "/work"'),
	option("shell --hostname x", '--hostname; in the profile, write c:hostname "box"'),
	option("shell --ipc host", '--ipc; in the profile, write c:ipc "host"'),
	option("shell --pid host", '--pid; in the profile, write c:pid "host"'),
	option("shell --uts host", '--uts; in the profile, write c:hostname "box"; the host\'s own cannot be shared'),
	option("shell --userns host", '--userns; in the profile, write c:user "host"; '
		.. "files are yours whatever the engine maps"),
	option("shell --group-add video", '--group-add; in the profile, write c:user("host", { groups = { "tty" } })'),
	option("shell --add-host a:1.2.3.4", '--add-host; in the profile, write c:host("db", "10.0.0.5")'),
	option("shell --dns 1.1.1.1", '--dns; in the profile, write c:dns "1.1.1.1"'),
	option("shell --label a=b", '--label; in the profile, write c:label("key", "value")'),
	option("shell -l a=b", '-l; in the profile, write c:label("key", "value")'),
	option("shell --restart always", '--restart; in the profile, write c:keep():restart "on-failure:3"'),
	option("shell --read-only", "--read-only; in the profile, write c:readonly()"),
	option("shell --tmpfs /t", '--tmpfs; in the profile, write c:tmpfs "/scratch"'),
	option("shell --init", "--init; in the profile, write c:init()"),
	option("shell --runtime nvidia", '--runtime; in the profile, write c:gpus("all", { runtime = true })'),
	option("shell --stop-signal INT", '--stop-signal; in the profile, write c:stop { signal = "SIGINT" }'),
	option("shell --stop-timeout 9", "--stop-timeout; in the profile, write c:stop { timeout = 10 }"),
	option("shell --log-driver none", "--log-driver; in the profile, write c:log()"),
	option("shell --platform linux/arm64", '--platform; in the profile, write c:build '
		.. '{ platform = "linux/arm64" }; a pulled image is this machine\'s'),
	option("shell --volumes-from x",
		'--volumes-from; in the profile, write c:volume("data", "/data"); in each that shares it'),
	option("shell --link db", '--link; in the profile, write c:service("db", function(s) s:image "postgres:16" end)'),
	option("shell --device-cgroup-rule x",
		'--device-cgroup-rule; in the profile, write c:device { rule = "c 189:* rmw" }'),
	option("shell --cgroup-parent x", '--cgroup-parent; in the profile, write c:cgroup_parent "/batch"'),
	option("shell -P", "-P; write --publish for each port"),
	option("shell --publish-all", "--publish-all; write --publish for each port"),
	option("shell --expose 80", "--expose; write --publish"),
	option("-f docker-compose.yml up", "-f; a profile stands first: cnnrun ./cnnrun.lua"),
	option("shell --build", "--build; write --rebuild"),
	option("shell --no-cache", "--no-cache; write --rebuild"),
	option("shell --force-recreate", "--force-recreate; write --fresh"),
	option("-d", "-d; write --detach"),

	word("up", "write cnnrun"), word("up -d", "write cnnrun"), word("down", "write cnnrun stop"),
	word("rmi x", "write cnnrun clean --images"), word("rm x", "write cnnrun clean"),
	word("images", "write docker images; cnnrun clean --images removes those it built"),
	word("kill x", "write cnnrun stop"), word("inspect x", "write cnnrun plan --json"),
	word("config", "write cnnrun plan"), word("info", "write cnnrun doctor"), word("create", "write cnnrun init"),
	word("prune", "write cnnrun clean"), word("stats", "write cnnrun ps"),
	word("pull debian", "images are got when they are needed; for a newer one write cnnrun --pull"),
	word("push", "write cnnrun build --push"), word("compose up", "write cnnrun: it runs this project's profile"),
	word("bash", "write cnnrun shell, or cnnrun enter for a box that runs"),

	word("debian:12", "to run an image: cnnrun shell --image debian:12"),
	word("debian:12 ls -l", "to run an image: cnnrun shell --image debian:12 -- ls -l"),
	word("debian:12 -- ls", "to run an image: cnnrun shell --image debian:12 -- ls"),
	word("debian:12 sh -c 'a && b'", "to run an image: cnnrun shell --image debian:12 -- sh -c 'a && b'"),
	word("ubuntu", "'cnnrun list' shows the profiles, 'cnnrun --help' the commands; "
		.. "to run an image: cnnrun shell --image ubuntu"),
	missing("shell ls -l", "unexpected argument 'ls'; " .. AFTER .. "cnnrun shell -- ls -l"),
	missing("shell -d none ls", "unexpected argument 'ls'; " .. AFTER .. "cnnrun shell -d none -- ls"),
	missing("shell python train.py --lr 1", "unexpected argument 'python'; " .. AFTER
		.. "cnnrun shell -- python train.py --lr 1"),
	missing("./cnnrun.lua make", "unexpected argument 'make'; " .. AFTER .. "cnnrun ./cnnrun.lua -- make"),
	missing("run shell ls", "unexpected argument 'ls'; " .. AFTER .. "cnnrun shell -- ls"),
	missing("shell debian:12 ls", "unexpected argument 'debian:12'; "
		.. "to run an image: cnnrun shell --image debian:12 -- ls"),
	missing("shell -v .:/x debian:12 ls", "unexpected argument 'debian:12'; "
		.. "to run an image: cnnrun shell --image debian:12 -v .:/x -- ls"),

	missing("shell --gpus device=0", "--gpus: write --gpus 0"),
	missing("shell --gpus '\"device=0,1\"'", "--gpus: write --gpus 0,1"),
	missing("shell --gpus 'a b'", "--gpus: 'a b' is not of the form all, none, 0, 0,1 or GPU-<uuid>"),
	missing("shell --mount data:/x",
		"--mount: 'data:/x' is no path: write --mount ./data:/x, or --volume data:/x for a volume of that name"),
	missing("shell --mount type=bind,source=a,target=/x",
		"--mount: 'type=bind,source=a,target=/x' is not of the form SRC:DST or SRC:DST:ro"),
	missing("shell --port 80:80:80", '--port 80:80:80: host_ip: "80" is no IP address'),
	missing("shell --network 'a b'",
		'--network a b: "a b" must be "bridge", "none", "host" or the name of a network'),
}
