-- SPDX-License-Identifier: MIT
--- The definitions for editors say what the library does: nothing less, nothing more.
local support = require "tests.lua.support"

local function read(path)
	local f = assert(io.open(path))
	local text = f:read "a"
	f:close()
	return text
end

--- Made of what stands above each verb.
local function made(what)
	local text
	assert(loadfile "scripts/docs.lua")(what, function(t) text = t end)
	return text
end

local function keys(t)
	local list = {}
	for key in pairs(t) do list[#list + 1] = key end
	table.sort(list)
	return list
end

--- The functions of a table that the text declares: "function name.x(" or "function name:x(".
local function functions(text, name)
	local set = {}
	for key in text:gmatch("\nfunction " .. name .. "[.:]([%w_]+)%(") do
		assert.is_nil(set[key], key .. " is declared twice")
		set[key] = true
	end
	return set
end

--- The fields of every class in the text.
local function classes(text)
	local all, current = {}, nil
	for line in text:gmatch("[^\n]+") do
		local class = line:match("^%-%-%-@class ([%w_.]+)")
		local field = line:match("^%-%-%-@field ([%w_]+)")
		if class then
			current = {}
			all[class] = current
		elseif field and current then
			current[field] = true
		end
	end
	return all
end

--- The keys the library accepts, out of its own complaint about an unknown one.
local function accepted(fn)
	local ok, message = pcall(support.plan, fn)
	assert.is_false(ok)
	local known, set = message:match("known are ([%w_, ]+)"), {}
	assert.is_string(known, message)
	for key in known:gmatch("[%w_]+") do set[key] = true end
	return set
end

describe("the definitions for editors", function()
	local cnn, library, container, declared
	before_each(function()
		cnn = support.fresh {}
		library, container = read "scripts/meta/cnnrun.lua", made "meta"
		declared = classes(library .. container)
	end)

	it("have every verb, and no other", function()
		assert.same(keys(require "cnnrun.verbs"), keys(functions(container, "container")))
	end)

	it("have every key of the library, and no other", function()
		local set = functions(library, "cnn")
		for field in pairs(declared.cnnrun) do set[field] = true end
		assert.same(keys(cnn), keys(set))
		for _, name in ipairs { "host", "project", "json" } do
			assert.same(keys(cnn[name]), keys(functions(library, name)))
		end
	end)

	it("have every method of a handle, and no other", function()
		support.answers.start = { handle = 1, name = "x" }
		local h = cnn.start(cnn.container())
		local ok, problem = pcall(function() return h.nope end)
		assert.is_false(ok)
		assert.truthy(problem:find("h:nope: no such thing", 1, true))
		for name in pairs(functions(library, "handle")) do assert.is_function(h[name]) end
	end)

	it("have every function of cnnrun.testing, and no other", function()
		local text = read "scripts/meta/testing.lua"
		assert.same(keys(require "cnnrun.testing"), keys(functions(text, "testing")))
		local known = select(2, pcall(require "cnnrun.testing".host, { nope = 1 })):match "known are ([%w_, ]+)"
		local set = {}
		for key in known:gmatch "[%w_]+" do set[key] = true end
		assert.same(keys(set), keys(classes(text)["cnnrun.testing.Facts"]))
	end)

	local NOPE = { nope = 1 }
	for class, fn in pairs {
		Profile = function() require "cnnrun".profile(NOPE) end,
		Option = function() require "cnnrun".profile { options = { x = NOPE } } end,
		StartOptions = function(c) require "cnnrun".start(c, NOPE) end,
		WatchOptions = function() require "cnnrun".watch("x", NOPE) end,
		WaitOptions = function(c)
			require("tests.lua.support").answers.start = { handle = 1, name = "x" }
			require "cnnrun".start(c):wait(NOPE)
		end,
		RunOptions = function(c) require "cnnrun".run(c, NOPE) end,
		ExecOptions = function() require "cnnrun".exec("x", "y", NOPE) end,
		BuildOptions = function(c) c:build(NOPE) end,
		ImageOptions = function(c) c:image("x", NOPE) end,
		MountOptions = function(c) c:mount("x", "/x", NOPE) end,
		Mount = function(c) c:mount(NOPE) end,
		VolumeOptions = function(c) c:volume("xx", "/x", NOPE) end,
		TmpfsOptions = function(c) c:tmpfs("/x", NOPE) end,
		UserTable = function(c) c:user(NOPE) end,
		UserOptions = function(c) c:user("image", NOPE) end,
		HomeOptions = function(c) c:home("x", NOPE) end,
		GpuOptions = function(c) c:gpus("0", NOPE) end,
		GpuCount = function(c) c:gpus { count = 1, nope = 1 } end,
		DeviceOptions = function(c) c:device("/x", NOPE) end,
		Optional = function(c) c:display(NOPE) end,
		StopOptions = function(c) c:stop(NOPE) end,
		Port = function(c) c:port(NOPE) end,
		LimitOptions = function(c) c:limit(NOPE) end,
	} do
		it("have the keys of " .. class, function()
			assert.same(keys(accepted(fn)), keys(declared["cnnrun." .. class]))
		end)
	end
end)
