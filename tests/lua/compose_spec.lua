-- SPDX-License-Identifier: MIT
--- Compose files without an engine: what they come to, and what is answered.
local support = require "tests.lua.support"
local json = require "cnnrun.testing.json"
local cnnrun = require "tests.lua.program"
local output, program = cnnrun.output, cnnrun.path
local project = output "mktemp -d /tmp/cnnrun-compose.XXXXXX":match "[^\n]+"

local function write(name, text)
	local f = assert(io.open(project .. "/" .. name, "w"))
	f:write(text)
	f:close()
end

--- The containers of the plan of this text; nil and what was said.
local function planned(text, words)
	write("compose.yaml", text)
	local out, ok = output(("cd %s && %s plan --json compose.yaml %s 2>err"):format(project,
		program, words or ""))
	local f = assert(io.open(project .. "/err"))
	local said = f:read "a"
	f:close()
	if out == "" or not ok then return nil, said end
	return json.decode(out).plan.containers, said
end

describe("a compose file", function()
	teardown(function() os.execute("rm -r " .. project) end)

	for _, path in ipairs { "shop web", "training train", "inference server", "built app", "extended worker",
		"profiles notebook",
		"migrated app", "variables mlflow", "ros robot", "hardened gateway", "secrets app", "monitoring grafana",
		"desktop editor", "runner tests", "ports app" } do
		local kind, service = path:match "^(%S+) (%S+)$"
		it("of tests/doors is planned: " .. kind, function()
			local out = output(("cd tests/doors/compose/%s && %s plan --json ./compose.yaml %s 2>/dev/null")
				:format(kind, program, service))
			assert.truthy(json.decode(out).plan.containers.main)
		end)
	end

	local keys = dofile "scripts/cnnrun/from/compose/keys.lua"
	it("has something for every key that is taken", function()
		support.fresh(support.machine(1))
		local take = require "cnnrun.from.compose.take"
		for name, row in pairs(keys.service) do
			assert.equal(row[1] == "taken", take[name] ~= nil, name)
		end
	end)

	it("is answered for every key that is not", function()
		for name, row in pairs(keys.service) do
			if row[1] ~= "taken" then
				local _, said = planned(("services:\n  a:\n    image: busybox\n    %s: x\n"):format(name))
				if row[1] == "quiet" then
					assert.equal("", said)
				else
					assert.truthy(said:find("compose.yaml:4: " .. name .. ": ", 1, true), said)
					assert.truthy(said:find(row[2], 1, true), said)
				end
			end
		end
	end)

	it("is answered where a key is misspelt", function()
		local _, said = planned "services:\n  a:\n    imagine: busybox\n"
		assert.truthy(said:find('yaml:3: imagine: service a has no key "imagine" (did you mean image?)', 1, true))
	end)

	it("has variables in all forms", function()
		write(".env", "FILE='from file'\nBOTH=file\nQUOTED=\"a\\tb${BOTH}\" # comment\n")
		local cases = {
			["$FILE"] = "from file", ["${BOTH}"] = "env", ["${QUOTED}"] = "a\tbenv", ["$$x"] = "$x",
				["${NO:-d}"] = "d",
			["${NO-}"] = "", ["${NO:-${BOTH:-x}}"] = "env", ["${BOTH:+there}"] = "there", ["${NO:+there}"] = "",
			["a${NO:-b$$c}d"] = "ab$cd", ["${EMPTY:-x}"] = "x", ["${BOTH?no}"] = "env",
		}
		local n, lines, order = 0, {}, {}
		for text in pairs(cases) do
			n = n + 1
			order[n] = text
			lines[n] = ("      - 'V%d=%s'\n"):format(n, text)
		end
		write("compose.yaml", "services:\n  a:\n    image: busybox\n    environment:\n" .. table.concat(lines))
		local out = output(("cd %s && BOTH=env EMPTY= %s plan compose.yaml"):format(project, program))
		os.remove(project .. "/.env")
		for i, text in ipairs(order) do
			local shown = out:match("V" .. i .. "=([^\n]*)")
			assert.truthy(shown == cases[text]:gsub("\t", "\\t") or shown == "****" or shown == cases[text],
				text .. " → " .. tostring(shown))
		end
		local _, said = planned("services:\n  a:\n    image: ${MUST:?say it}\n")
		assert.equal("cnnrun: error: compose.yaml:3: MUST: say it: set it, or write it into .env\n", said)
	end)

	it("waits for what is healthy, and for what is done", function()
		local all = planned [[
services:
  web: { image: w, depends_on: { m: { condition: service_completed_successfully },
	db: { condition: service_healthy } } }
  m: { image: m, depends_on: [db] }
  db: { image: d, healthcheck: { test: [CMD, ok], interval: 2s, retries: 4, start_period: 1m } }
]]
		assert.same({ "db" }, all.m.after)
		assert.is_true(all.m.ready.done)
		assert.same({ "ok" }, all.db.ready.command)
		assert.equal(188, all.db.ready.timeout)
	end)

	it("has the one main container, or says which there are", function()
		local _, said = planned "services: { a: { image: x }, b: { image: x } }\n"
		assert.equal("cnnrun: error: compose.yaml: which service? cnnrun compose.yaml a | b\n", said)
		assert.equal("y", planned("services: { a: { image: x }, b: { image: y } }\n", "b").main.image.reference)
		_, said = planned("services: { a: { image: x } }\n", "c")
		assert.truthy(said:find('compose.yaml: there is no service "c"', 1, true))
		local all = planned "services: { a: { image: x }, b: { image: y, profiles: [p] } }\n"
		assert.equal("x", all.main.image.reference)
	end)

	it("has anchors, merges and extends", function()
		local main = planned([[
x-e: &e { A: e, B: e }
x-f: &f { B: f, C: f }
services:
  a:
    extends: base
    environment: { A: own, <<: [*e, *f] }
    ports: ["1:1"]
  base: { image: x, environment: [D=base, A=base], ports: ["2:2"], command: a "b c" }
]], "a")
		main = assert(main).main
		assert.same({ A = "own", B = "e", C = "f", D = "base" }, main.env.set)
		assert.equal(2, #main.port)
		assert.same({ "a", "b c" }, main.command)
	end)
end)
