-- SPDX-License-Identifier: MIT
--- What scripts do with what they start, and with what nobody knows yet.
local support = require "tests.lua.support"

local function raised(fn)
	local ok, message = pcall(fn)
	assert.is_false(ok)
	return (tostring(message):gsub("^[^ ]+:%d+: ", ""))
end

--- A list of results, one for each that is started.
local function library(...)
	local results = { ... }
	local cnn = support.fresh(support.runs(function() return table.remove(results, 1) end))
	return cnn, cnn.container():image "x"
end

--- A machine where what would run is only noted.
local function recording()
	local cnn = support.fresh {
		start = { recorded = true }, exec = { recorded = true }, build = { recorded = true },
		watch = { recorded = true }, ["host.gpus"] = {},
	}
	local c = cnn.container():image "x"
	return cnn, c
end

describe("a handle", function()
	local saved = {}
	before_each(function()
		for _, library_name in ipairs { "string", "math", "utf8" } do
			saved[library_name] = {}
			for k, v in pairs(_G[library_name]) do saved[library_name][k] = v end
		end
		saved._G = { print = print, tonumber = tonumber, tostring = tostring }
	end)
	after_each(function() -- recording changes them, for a jail of its own
		for library_name, functions in pairs(saved) do
			for k, v in pairs(functions) do _G[library_name][k] = v end
		end
	end)

	it("waits once and knows for ever", function()
		local cnn, c = library { code = 3, stdout = "hi" }
		local h = cnn.start(c, { capture = true })
		assert.equal(3, h:wait().code)
		assert.equal("hi", h:wait().stdout)
		assert.equal("ended", h:state())
		local waits = 0
		for _, ask in ipairs(support.asked) do waits = waits + (ask.op == "wait" and 1 or 0) end
		assert.equal(1, waits)
	end)

	it("is told apart in all and any", function()
		local cnn, c = library({ code = 1 }, { code = 2 }, { code = 0 })
		local list = { cnn.start(c), cnn.start(c), cnn.start(c) }
		local winner, r = cnn.any(list)
		assert.equal(list[1], winner)
		assert.equal(1, r.code)
		local results = cnn.all(list)
		assert.same({ 1, 2, 0 }, { results[1].code, results[2].code, results[3].code })
	end)

	it("has bytes as they came", function()
		local cnn, c = library { code = 0, stdout = "a\0b\xffc" }
		assert.equal("a\0b\xffc", cnn.run(c, { capture = true }).stdout)
	end)

	it("is checked", function()
		local cnn = library()
		assert.equal("cnn.all: needs a list of handles, not nothing", raised(function() cnn.all() end))
		assert.equal("cnn.any: needs a list of handles, not an empty one", raised(function() cnn.any {} end))
		assert.equal("cnn.all: [1] must be what cnn.start gave, not a table",
			raised(function() cnn.all { {} } end))
		assert.equal('cnn.sleep: the time must be a time as "500ms", "2s" or "1m", or a number of seconds, not "x"',
			raised(function() cnn.sleep "x" end))
	end)

	--- What a script does with a result that nobody knows, each in a setup of its own.
	local goes_on = {
		arithmetic = function(r) return (r.code + 1) * 2 - r.seconds // 3 end,
		["arithmetic from the left"] = function(r) return 1 + r.code end,
		concatenation = function(r) return "x" .. r.stdout .. "y" end,
		indexing = function(r) return r.a.b.c end,
		length = function(r) return #r.stdout end,
		method = function(r) return r.stdout:match "(%d+)" end,
		["library functions"] = function(r) return string.match(r.stdout, "x"), ("%d"):format(r.code) end,
		["numbers of text"] = function(r) return tonumber(r.stdout) end,
		["text of it"] = function(r) return tostring(r.code) end,
		mathematics = function(r) return math.max(1, r.code) end,
		negation = function(r) return -r.code, ~r.code end,
	}
	for what, fn in pairs(goes_on) do
		it("goes on after " .. what .. ", without a value that looks known", function()
			local cnn, c = recording()
			local result = fn(cnn.run(c, { capture = true }))
			assert.is_false(cnn.known(result))
		end)
	end

	it("compares as false, and loops over it have one turn", function()
		local cnn, c = recording()
		local r = cnn.run(c, { capture = true })
		assert.is_false(r.code == 0 or r.code < 1 or r.code > 1 or r.code <= 3)
		local turns = 0
		for line in r.stdout:gmatch "[^\n]+" do
			assert.is_false(cnn.known(line))
			turns = turns + 1
		end
		for _ in pairs(r.list) do turns = turns + 1 end
		for _ in ipairs(r.list) do turns = turns + 1 end
		for _ in cnn.start(c):lines() do turns = turns + 1 end
		for _ in cnn.watch "src" do turns = turns + 1 end
		assert.equal(5, turns)
	end)

	it("is no value for a verb", function()
		local cnn, c = recording()
		local r = cnn.run(c, { capture = true })
		assert.is_false(pcall(c.image, c, "x:" .. r.stdout))
		assert.is_false(pcall(c.env, c, "A", r.stdout))
		assert.is_false(pcall(c.limit, c, { memory = r.code }))
	end)

	it("ends a loop that waits for it", function()
		local cnn, c = recording()
		local h = cnn.start(c)
		assert.truthy(raised(function() repeat local s = h:state() until s == "ended" or s > 1 end)
			:find("depends on what runs", 1, true))
	end)

	it("leaves what was noted standing when a script fails on it", function()
		recording()
		local session = require "cnnrun.session"
		local cnn = require "cnnrun"
		local p = cnn.profile { setup = function(c)
			c:image "x"
			local r = cnn.run(c, { capture = true })
			if r.code ~= 0 then error "it failed" end
		end }
		local plan, _, cut, broken = session.plan(p, {})
		assert.equal("x", support.main(plan).image.reference)
		assert.truthy(cut:find "%.lua:%d+$")
		assert.is_true(broken)
		p = cnn.profile { setup = function() error "by itself" end }
		support.fresh {}
		assert.is_false(pcall(require("cnnrun.session").plan, p, {}))
	end)
end)
