-- SPDX-License-Identifier: MIT
--- Files of devcontainers without an engine: what they come to, and what is answered.
local support = require "tests.lua.support"
local json = require "cnnrun.testing.json"
local cnnrun = require "tests.lua.program"
local output, program = cnnrun.output, cnnrun.path
local project = output "mktemp -d /tmp/cnnrun-devcontainer.XXXXXX":match "[^\n]+"
os.execute("mkdir " .. project .. "/.devcontainer")

local function slurp(path)
	local f = assert(io.open(path))
	local text = f:read "a"
	f:close()
	return text
end

local function write(name, text)
	local f = assert(io.open(project .. "/" .. name, "w"))
	f:write(text)
	f:close()
end

--- The main container of the plan of this text, and what was said.
local function planned(text, words)
	write(".devcontainer/devcontainer.json", text)
	local out, ok = output(("cd %s && env -u NOPE HERE=host %s plan --json "
		.. ".devcontainer/devcontainer.json %s 2>err"):format(
		project, program, words or ""))
	local said = slurp(project .. "/err")
	if out == "" or not ok then return nil, said end
	local all = json.decode(out).plan.containers
	return all.main, said, all
end

local function with(more) return ('{\n"image": "busybox",\n%s\n}'):format(more) end

local function assertSaid(said, ...)
	for _, word in ipairs { ... } do assert.truthy(said:find(word, 1, true), said) end
	local _, lines = said:gsub("\n", "")
	assert.equal(1, lines, said)
end

describe("a devcontainer.json", function()
	teardown(function() os.execute("rm -r " .. project) end)

	for dir in output "ls -d tests/doors/devcontainer/*/":gmatch "[^\n]+" do
		if not dir:find "/image/" then
			it("of tests/doors is planned: " .. dir:match "([^/]+)/$", function()
				local file = output(("cd %s && find . -name '*devcontainer.json'"):format(dir)):match "[^\n]+"
				local copy = project .. "/" .. dir:match "([^/]+)/$"
				os.execute(("cp -r %s %s"):format(dir, copy))
				local out = output(("cd %s && %s plan --json %s 2>/dev/null"):format(copy, program, file))
				assert.is_true(json.decode(out).plan.containers.main.box)
			end)
		end
	end

	local keys = dofile "scripts/cnnrun/from/devcontainer/keys.lua"
	it("is answered for every property that is not taken", function()
		for name, row in pairs(keys.top) do
			local value = name == "features" and '{ "a/git:1": {} }' or '"x"'
			local _, said = planned(with(('"%s": %s'):format(name, value)))
			if row[1] == "quiet" then
				assert.equal("", said, name)
			elseif row[1] ~= "taken" then
				assertSaid(said, ".devcontainer/devcontainer.json:3: " .. name .. ": ")
			end
		end
	end)

	it("has its table in docs/from-docker.md", function()
		local page = slurp "docs/from-docker.md"
		for name, row in pairs(keys.top) do
			local line = ("| `%s` | %s | %s |"):format(name, row[1], row[2])
			assert.truthy(page:find(line, 1, true), line)
		end
	end)

	it("is answered where a property is misspelt", function()
		local _, said = planned(with '"remoteUsr": "a"')
		assertSaid(said, 'devcontainer.json:3: a devcontainer.json has no "remoteUsr" (did you mean remoteUser?)')
	end)

	it("has its project in /workspaces, and is a box with docker's rights", function()
		local c = assert(planned(with ""))
		assert.equal("/workspaces/" .. project:match "[^/]*$", c.workdir)
		assert.equal(".", c.mount[1].source)
		assert.equal("docker", c.rights)
		assert.is_true(c.box)
	end)

	it("has variables in all forms", function()
		local c = assert(planned(with [["containerEnv": { "A": "${localEnv:HERE}",
			"B": "${localEnv:NOPE:else:where}",
			"C": "${localEnv:NOPE}", "D": "${localWorkspaceFolder}", "E": "${containerWorkspaceFolderBasename}",
			"F": "$HOME ${localWorkspaceFolderBasename}", "G": "${devcontainerId}" }]]))
		local base = project:match "[^/]*$"
		local function env(name) return c.env.set[name] end
		assert.equal("host", env "A")
		assert.equal("else:where", env "B")
		assert.equal("", env "C")
		assert.equal(project, env "D")
		assert.equal(base, env "E")
		assert.equal("$HOME " .. base, env "F")
		assert.truthy(env "G":find "^%x+$")
		local _, said = planned(with '"containerEnv": { "A": "${localEnvv:HERE}" }')
		assertSaid(said, "devcontainer.json:3: ${localEnvv:HERE} is no variable", "did you mean localEnv?")
		_, said = planned(with '"containerEnv": { "A": "${containerEnv:PATH}" }')
		assertSaid(said, "can stand in remoteEnv")
	end)

	it("has users as names with your uid", function()
		local function user(more) return assert(planned(with(more))).user end
		assert.same({ "image", "vscode", true }, (function(u) return { u.mode, u.name, u.as_host } end)(
			user '"remoteUser": "vscode"'))
		assert.is_nil(user '"remoteUser": "vscode", "updateRemoteUserUID": false'.as_host)
		assert.equal("app", user '"containerUser": "app"'.name)
		assert.equal("root", user '"remoteUser": "root"'.mode)
		assert.equal("image", user '"init": true'.mode)
		local _, said = planned(with '"remoteUser": "a", "containerUser": "b"')
		assertSaid(said, ":3: containerUser: left out: a box has one user")
	end)

	it("has commands once, and before others", function()
		local c = assert(planned(with [["postCreateCommand": { "a": "one", "b": ["two", "it's"] },
			"onCreateCommand": "zero",
			"postStartCommand": ["touch", "it's"], "remoteEnv": { "PATH": "${containerEnv:PATH}:/x", "GONE": null }]]))
		assert.equal(3, #c.prepare)
		assert.same({ "sh", "-c", "zero" }, c.prepare[1].command)
		assert.same({ "two", "it's" }, c.prepare[3].command)
		local script = c.entrypoint[3]
		assert.truthy(script:find("'touch' 'it'\\''s'", 1, true), script)
		assert.truthy(script:find('export PATH=\'\'"${PATH}"\':/x\'', 1, true), script)
		assert.truthy(script:find("unset GONE", 1, true))
	end)

	it("shows a command for this machine, and does not run it", function()
		local c, said = planned(with '"initializeCommand": "mkdir -p cache"')
		assert.truthy(c)
		assertSaid(said, ":3: initializeCommand: left out: ", "look at it, then type: mkdir -p cache")
	end)

	it("refuses features, with what to write", function()
		local _, said = planned(with '"features": { "ghcr.io/devcontainers/features/node:1": {} }')
		assertSaid(said, 'devcontainer.json:3: features: "ghcr.io/devcontainers/features/node:1" is not taken: '
			.. "write in the Dockerfile: RUN apt-get")
		assert.truthy(planned(with '"features": {}'))
	end)

	it("has the words of docker run", function()
		local c = assert(planned(with '"runArgs": ["--cap-add", "SYS_PTRACE", "--shm-size=1g", "-e", "A=1"]'))
		assert.same({ "SYS_PTRACE" }, c.capability)
		assert.equal(1 << 30, c.shm)
		local _, said = planned(with '"runArgs": ["--nope"]')
		assertSaid(said, "devcontainer.json:3: runArgs: --nope is no option of docker run")
	end)

	it("has services of a compose file, also those it does not depend on", function()
		write(".devcontainer/compose.yaml", "services:\n  app: { image: busybox, command: sleep 9 }\n"
			.. "  db: { image: postgres }\n  later: { image: busybox, profiles: [x] }\n")
		local text = '{ "dockerComposeFile": "compose.yaml", "service": "app", %s "workspaceFolder": "/w" }'
		local c, _, all = planned(text:format "")
		assert.is_nil(c.command)
		assert.equal("/w", c.workdir)
		assert.is_table(all.db)
		assert.is_nil(all.later)
		_, _, all = planned(text:format '"runServices": ["later"],')
		assert.is_nil(all.db)
		assert.is_table(all.later)
		local _, said = planned '{ "dockerComposeFile": ["a.yaml", "b.yaml"], "service": "a" }'
		assertSaid(said, "dockerComposeFile: one file is what works")
	end)

	it("asks for what goes beyond the project", function()
		local c = assert(planned(with('"privileged": true, "capAdd": ["cap_net_admin"], '
			.. '"securityOpt": ["seccomp=unconfined"]')))
		assert.is_true(c.privileged)
		assert.same({ "NET_ADMIN" }, c.capability)
		assert.same({ "seccomp=unconfined" }, c.security)
	end)

	it("needs an image", function()
		support.fresh(support.machine(1))
		local _, said = planned '{ "name": "x" }'
		assertSaid(said, "devcontainer.json:1: it has neither image nor build nor dockerComposeFile")
	end)
end)
