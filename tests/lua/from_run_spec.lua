-- SPDX-License-Identifier: MIT
--- What `cnnrun init --from` makes of lines, scripts and Dockerfiles.
local support = require "tests.lua.support"

support.fresh()
local profile_text = require "cnnrun.from.profile_text"
local flags = require "cnnrun.from.docker_flags"
local words = require "cnnrun.from.words"

local ME = { cwd = "/home/me/demo", home = "/home/me", uid = 1000, gid = 1000, name = "me",
	taken = { "host", "on" } }

local function written(text, name)
	local given = { sources = { { text = text, name = name } } }
	for key, value in pairs(ME) do given[key] = value end
	return profile_text(given)
end

--- The calls of setup, one a line, without what stands around them.
local function body(text, name)
	local whole = written(text, name)
	return (whole:match "setup = function%(c[^\n]*\n(.*)\tend,\n}\n$":gsub("\n\t\t", "\n"):gsub("^\t\t", "")),
		whole
end

local function has(text, name, ...)
	local said = body(text, name)
	for _, line in ipairs { ... } do assert.truthy(("\n" .. said):find("\n" .. line .. "\n", 1, true), said) end
end

local function lacks(text, ...)
	local said = body(text)
	for _, line in ipairs { ... } do assert.is_nil(said:find(line, 1, true), said) end
end

local function output(command)
	local f = assert(io.popen(command))
	local text = f:read "a"
	f:close()
	return text
end

--- Those of 20.10, as Debian 12 has it, and of 28.
local NAMES = [[
add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns
cidfile cpu-count cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus
cpuset-cpus cpuset-mems detach detach-keys device device-cgroup-rule device-read-bps
device-read-iops device-write-bps device-write-iops disable-content-trust dns dns-opt dns-option
dns-search domainname entrypoint env env-file expose gpus group-add health-cmd health-interval
health-retries health-start-interval health-start-period health-timeout help hostname init
interactive io-maxbandwidth io-maxiops ip ip6 ipc isolation kernel-memory label label-file link
link-local-ip log-driver log-opt mac-address memory memory-reservation memory-swap memory-swappiness
mount name net net-alias network network-alias no-healthcheck oom-kill-disable oom-score-adj pid
pids-limit platform privileged publish publish-all pull quiet read-only restart rm runtime
security-opt shm-size sig-proxy stop-signal stop-timeout storage-opt sysctl tmpfs tty ulimit
use-api-socket user userns uts volume volume-driver volumes-from workdir
]]

describe("every option of docker run is known:", function()
	for name in NAMES:gmatch "%S+" do
		it(name, function() assert.truthy(flags.flags[name]) end)
	end

	it("and those of the docker that is here, with their letters", function()
		local n = 0
		for letter, name, kind in output "docker run --help":gmatch "\n  ([ -][%a ]),?  ?%-%-([%w-]+) ?(%S*)" do
			local flag = flags.flags[name]
			assert.truthy(flag, "--" .. name)
			letter = letter:match "%a"
			if letter then assert.equal(name, flags.letters[letter], letter) end
			assert.equal(kind:find "^%l" ~= nil, flag.takes or false, "--" .. name)
			n = n + 1
		end
		assert.is_true(n > 90, n)
	end)

	it("and is taken or answered", function()
		for name, flag in pairs(flags.flags) do
			assert.is_true(flag.call ~= nil or flag.no ~= nil or flag.nothing ~= nil, name)
		end
	end)
end)

describe("what has no equal is said with the reason:", function()
	for name, flag in pairs(flags.flags) do
		if flag.no then
			it(name, function()
				local said = body(("docker run --%s%s image"):format(name, flag.takes and " 7" or "")):gsub("\n%-%- ",
					" ")
				assert.truthy(said:find(("--%s%s: %s"):format(name, flag.takes and " 7" or "", flag.no), 1, true), said)
			end)
		end
	end
end)

local function plain(text)
	local list = {}
	for i, command in ipairs(words.commands(text)) do
		local line = {}
		for k, word in ipairs(command) do
			local parts = {}
			for n, part in ipairs(word) do parts[n] = type(part) == "string" and part or part.raw end
			line[k] = "<" .. table.concat(parts) .. ">"
		end
		list[i] = table.concat(line, " ")
	end
	return table.concat(list, " ; ")
end

describe("words of a shell:", function()
	for _, row in ipairs {
		{ "a  b\tc", "<a> <b> <c>" }, { "a 'b c' \"d e\"f", "<a> <b c> <d ef>" }, { "a \\\n b", "<a> <b>" },
		{ "a\\ b \\$x", "<a b> <$x>" }, { [["a\"b\n"]],
			[[<a"b\n>]] }, { "$'a\\tb'", "<a\tb>" }, { "a #b\nc#d", "<a> ; <c#d>" },
		{ "a && b; c | d & e", "<a> ; <b> ; <c> ; <d> ; <e>" }, { "a >/dev/null 2>&1 <x b", "<a> <b>" },
		{ "a $(b \"c d\") `e`", "<a> <$(b \"c d\")> <`e`>" }, { "a ${B:-c d} $E$1", "<a> <${B:-c d}> <$E$1>" },
		{ "cat <<END\nx y\nEND\nz", "<cat> ; <z>" }, { "''", "<>" }, { "a\r\nb", "<a> ; <b>" },
			{ "a=('b' c\n # d\n e)", "<a=>" },
	} do
		it(row[1]:gsub("[\r\n]", " "), function() assert.equal(row[2], plain(row[1])) end)
	end

	for _, text in ipairs { "'a", '"a', "a \1b", "docker\27[2J run" } do
		it("refused: " .. text:gsub("%c", "?"), function() assert.is_false(pcall(plain, text)) end)
	end
end)

describe("a line", function()
	it("of the caller's own ids and paths is as if it had been quoted", function()
		has("docker run -u 1000:1000 -v /home/me/demo:/w -v /home/me/demo/in:/in -v /home/me/data:/d:ro image", nil,
			'c:user "host"', 'c:mount(".", "/w")', 'c:mount("in", "/in", { create = true })',
			'c:mount(cnn.host.user().home .. "/data", "/d", { readonly = true })')
	end)

	it("needs nothing for the terminal and its end", function()
		lacks("docker run -it --rm --init --sig-proxy=false image", "tty", "keep", "init", "rm")
	end)

	it("that opens the screen comes to c:display", function()
		for _, how in ipairs { "-e DISPLAY", "-e DISPLAY=$DISPLAY -v /tmp/.X11-unix:/tmp/.X11-unix",
			"-v ~/.Xauthority:/root/.Xauthority:rw -e XAUTHORITY=/root/.Xauthority", "-v $XAUTHORITY:/x" } do
			has("xhost +local:docker && docker run " .. how .. " image", nil, "c:display()")
			lacks("docker run " .. how .. " image", "DISPLAY", "X11", "authority", "AUTHORITY")
		end
	end)

	it("with a secret in it has it from the environment", function()
		local text, says = written "docker run -e API_KEY=s3cret -e URL=postgres://a:pw@b/c -e X=1 image"
		assert.is_nil(text:find "s3cret")
		assert.is_nil(text:find "pw@")
		assert.same({ "API_KEY", "URL" }, says.set)
	end)

	it("with variables has options, which are cnnrun's names nowhere", function()
		local _,
			text = body "docker run -p ${PORT:-80}:80 -e A=${B} -e C=$C -v ${HOST:-x}:/h -w ${D:-$HOME/d} image:$TAG"
		for _, line in ipairs { 'port = { default = 80, env = "PORT" },', 'b = { env = "B", required = true },',
			'the_host = { default = "x", env = "HOST" },',
				'd = { default = cnn.host.user().home .. "/d", env = "D" },',
			'c:env "C"', 'c:image("image:" .. opt.tag)', "c:port { host = opt.port, container = 80 }" } do
			assert.truthy(text:find("\n%s*" .. line:gsub("%p", "%%%0") .. "\n"), line .. "\n" .. text)
		end
	end)

	it("says what of the host is a primitive here", function()
		has("docker run -v $SSH_AUTH_SOCK:/a -e SSH_AUTH_SOCK=/a -v /run/user/1000/pulse/native:/p "
			.. "-v /etc/localtime:/etc/localtime -v $XDG_RUNTIME_DIR/$WAYLAND_DISPLAY:/w image", nil,
				"c:ssh_agent()", "c:audio()",
				'c:timezone "host"', "c:wayland()")
	end)

	it("says what of it is said elsewhere", function()
		has("docker -H ssh://box run image", nil, "-- on another engine: cnnrun --on ssh://box")
		has("docker --context=far run -u 7 image", nil, "-- on another engine: cnnrun --on far",
			"-- and the group of that number; docker's is the image's, else root's", 'c:user "7"')
		has("docker run -dit image", nil, "c:detach() -- a container to live in is c:box()")
	end)

	for _, row in ipairs {
		{ "--gpus all", 'default = "all"' }, { "--gpus '\"device=0,2\"'", 'default = "0,2"' }, { "--gpus 2",
			"c:gpus { count = 2 }" },
		{ "--gpus device=1", 'default = "1"' }, { "--device nvidia.com/gpu=all", 'default = "all"' },
		{ "--gpus 'all,\"capabilities=compute,video\"'",
			'c:gpus(opt.devices, { capabilities = { "compute", "video" } })' },
		{ "--runtime=nvidia", "c:gpus(opt.devices, { runtime = true })" },
	} do
		it("has GPUs: " .. row[1], function()
			local text = written("docker run " .. row[1] .. " image")
			assert.truthy(text:find(row[2], 1, true), text)
		end)
	end

	for _, row in ipairs {
		{ "docker run --foo image", "--foo is no option of docker run that is known" },
		{ "docker run --volum a:b image",
			"--volum is no option of docker run that is known; did you mean --volume?" },
		{ "docker run -Z image", "-Z is no option of docker run that is known" },
		{ "docker run --rm", "the line names no image" }, { "docker run -v", "-v needs a value" },
		{ "ls -l", "there is no line of docker run or docker build in it" }, { "docker run -v a: i",
			"-v a: is not SOURCE:TARGET[:ro]" },
	} do
		it("is refused in words: " .. row[1], function()
			local ok, why = pcall(written, row[1])
			assert.is_false(ok)
			assert.equal(row[2], why)
		end)
	end
end)

describe("a Dockerfile", function()
	it("says directory, user, ports, volumes", function()
		assert.equal([[
c:build { dockerfile = "docker/Dockerfile", args = { UID = cnn.host.user().uid } }
-- ARG TOKEN has no value: args = { TOKEN = … } in c:build gives one
c:user("image", { name = "dev", uid = "host" }) -- with your uid
c:home "docker/home" -- keeps the shell's history
c:mount(".", "/opt/app"):workdir "/opt/app"
c:volume("demo-data", "/data")
c:port(8080)
c:port "53:53/udp"
]], (body([[
FROM debian:12 AS base
ARG UID
ARG TOKEN
ENV TOP=/opt PORT=8080
USER dev
FROM base
WORKDIR $TOP
WORKDIR app
RUN echo hi && \
    echo ho <<EOF
USER nobody
EOF
VOLUME ["/data"]
EXPOSE ${PORT} 53/udp
CMD ["serve"]
]], "docker/Dockerfile")))
	end)

	it("with a copy of the project keeps it, and a shell where nothing else runs", function()
		has("FROM alpine\nWORKDIR /app\nCOPY . .\n", "Dockerfile",
			'-- the image has a copy of the project; c:mount(".", "/app") puts the project in its place')
	end)
end)

describe("scripts", function()
	it("have options of their own, loops and directories", function()
		local said, text = body([[
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
top=$(dirname "$here")
DEVICES=0
IMG=${1:-img:2}
while getopts "g:n:" opt; do
	case $opt in
	g) DEVICES=$OPTARG ;;
	n) NAME="$OPTARG" ;;
	*) usage ;;
	esac
done
args=(--rm)
for d in /dev/video*; do args+=(--device "$d"); done
docker run "${args[@]}" --gpus "device=$DEVICES" --name "${NAME:-sim}" -v $(realpath ./data):/data \
	-v "$here/../src":/src -v $top/models:/models $IMG
]], "run.sh")
		for _, line in ipairs { "c:image(opt.img)", 'c:mount("data", "/data", { create = true })',
			"c:gpus(opt.devices)",
			'c:mount("../src", "/src", { create = true })', 'c:mount("../models", "/models", { create = true })',
			'c:device("/dev/video*", { optional = true })', "c:name(opt.name)" } do
			assert.truthy(("\n" .. said):find("\n" .. line .. "\n", 1, true), line .. "\n" .. said)
		end
		for _, line in ipairs { 'img = { default = "img:2", about = "${1:-img:2}" },',
			'devices = { default = "0", about = "$OPTARG" },', 'name = { default = "sim", about = "$OPTARG" },' } do
			assert.truthy(text:find(line, 1, true), text)
		end
		assert.is_nil(said:find "on the host")
	end)

	it("come to a build, services, and what the shell does besides", function()
		local said = body("set -e\nT=robot:latest\nif [ -n \"$G\" ]; then A=\"--gpus all\"; fi\n"
			.. "docker build -t $T --build-arg V=${V:-1} -f docker/Dockerfile . || exit 1\n./prepare --all\n"
			.. "docker run -d --name db --network t postgres:16\n"
			.. "sudo docker run --rm $A --network t $T ./go \"$@\"\ndocker rm -f db\n", "run.sh")
		for _, line in ipairs { "-- A: the script adds to it in some cases only", "-- ./prepare --all",
			'c:service("db", function(s)',
			'\ts:image "postgres:16"', 'c:gpus(opt.devices)', 'c:command { "./go" }',
			'c:build { dockerfile = "docker/Dockerfile", tag = "robot:latest", args = { V = opt.v } }' } do
			assert.truthy(("\n" .. said):find("\n" .. line .. "\n", 1, true), line .. "\n" .. said)
		end
	end)
end)
