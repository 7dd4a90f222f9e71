-- SPDX-License-Identifier: MIT
--- `cnnrun init --from compose.yaml`, or a devcontainer.json, writes a profile with the plan that the
--- file itself has.
local support = require "tests.lua.support"

support.fresh()
local json = require "cnnrun.testing.json"

local cnnrun = require "tests.lua.program"
local output, program = cnnrun.output, cnnrun.path
--- What is passed on from the environment in place of a secret of .env.
local FROM_ENV = { variables = { "MORE" } }

local function containers(dir, profile)
	local text, ok = output(("cd '%s' && '%s' plan --json %s 2>/dev/null"):format(dir,
		program, profile))
	assert(ok, text)
	local found = json.decode(text).plan.containers
	for _, one in pairs(found) do
		one.at = nil
		table.sort(one.mount or {}, function(a, b) return a.target < b.target end)
	end
	return found
end

local function compared(path, name)
	local dir = output "mktemp -d /tmp/cnnrun-foreign.XXXXXX":match "[^\n]+"
	assert(os.execute(("cp -r '%s.' '%s'"):format(path, dir)))
	local file = output(("cd '%s' && find . -name compose.y*ml -o -name docker-compose.y*ml "
		.. "-o -name '*devcontainer.json' | sed s,^./,,"):format(dir))
	file = file:match "[^\n]*devcontainer.json" or file:match "[^\n]+"
	local is = containers(dir, "./" .. file)
	local said, ok = output(("cd '%s' && '%s' init --from %s 2>&1"):format(dir, program, file))
	assert(ok, said)
	local written = containers(dir, "./cnnrun.lua")
	for _, variable in ipairs(FROM_ENV[name] or {}) do
		is.main.env.set[variable], is.main.env.secret = nil, nil
		written.main.env.pass = nil
	end
	assert(os.execute(("rm -r '%s'"):format(dir)))
	assert.same(is, written)
end

describe("what is written of it is what the file is:", function()
	for path in output "ls -d tests/doors/compose/*/ tests/doors/devcontainer/*/":gmatch "[^\n]+" do
		local name = path:match "([^/]+)/$"
		if name ~= "image" then -- what others are built from
			it(path, function() compared(path, name) end)
		end
	end
end)
