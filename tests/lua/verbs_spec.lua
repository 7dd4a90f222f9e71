-- SPDX-License-Identifier: MIT
local support = require "tests.lua.support"

local good, bad = require "tests.lua.verbs_good", require "tests.lua.verbs_bad"
local function add(to, more)
	for name, cases in pairs(more) do
		to[name] = to[name] or {}
		table.move(cases, 1, #cases, #to[name] + 1, to[name])
	end
end
add(good, require("tests.lua.verbs_job").good)
add(bad, require("tests.lua.verbs_job").bad)

describe("every verb", function()
	before_each(function() support.fresh() end)

	--- One of these any row takes.
	local VALUES = { true, "/x", 65536, { optional = true } }

	for name, from in pairs(require "cnnrun.verbs") do
		it("has examples of use and of misuse, or is a row: " .. name, function()
			if type(from) == "string" then
				assert.is_table(good[name])
				assert.is_table(bad[name])
			elseif from.value then
				local taken
				for _, v in ipairs(VALUES) do
					local ok, made = pcall(support.made, function(c) c[name](c, v) end)
					taken = taken or ok and made[name] ~= nil
				end
				assert.is_true(taken)
			end
		end)
	end

	it("that is a row takes no more than it has use for", function()
		for name, row in pairs(require "cnnrun.verbs") do
			if type(row) == "table" then
				local function setup(c) c[name](c, "a", "b", "c") end
				local ok, message = pcall(support.plan, setup)
				assert.is_false(ok)
				assert.truthy(message:find("c:" .. name .. ": too many arguments", 1, true), message)
			end
		end
	end)

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
