-- SPDX-License-Identifier: MIT
local support = require "tests.lua.support"

local function read(path)
	local f = assert(io.open(path))
	local text = f:read "a"
	f:close()
	return text
end

local function lines_of(command)
	local list, f = {}, assert(io.popen(command))
	for line in f:lines() do list[#list + 1] = line end
	f:close()
	return list
end

describe("docs/from-docker.md", function()
	local page, tests = read "docs/from-docker.md", {}
	for _, path in ipairs(lines_of "ls tests/e2e/test_from_docker*.py") do tests[#tests + 1] = read(path) end
	tests = table.concat(tests)
	local names = {}
	for _, path in ipairs(lines_of "ls examples/from-docker/*.lua") do
		names[#names + 1] = path:match "([%w_]+)%.lua$"
	end

	it("names in its table what there is", function()
		local n = 0
		local function setup(c)
			for span in page:gmatch "`(c:[^`]+)`" do
				local verb = span:match "^c:([%w_]+)$"
				if verb then
					assert.is_function(c[verb])
				else
					assert(load("local c = ...\n" .. span))(c)
				end
				n = n + 1
			end
		end
		support.fresh(support.machine(2))
		assert(support.plan(setup))
		assert.is_true(n > 40, n)
	end)

	it("has twelve kinds", function() assert.equal(12, #names) end)

	for _, name in ipairs(names) do
		it("shows " .. name .. ".lua as it is, after what it was", function()
			local text = read("examples/from-docker/" .. name .. ".lua"):gsub("^[^\n]*\n", "")
			local shown = page:match("\n```\n\n%[" .. name .. "%.lua%]%(%.%./examples/from%-docker/" .. name
				.. "%.lua%):\n\n```lua\n(.-)```\n")
			assert.equal(text, shown)
		end)

		it("has a run of " .. name, function()
			assert.truthy(tests:find('kind, images = "' .. name .. '"', 1, true))
		end)
	end
end)
