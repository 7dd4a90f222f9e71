-- SPDX-License-Identifier: MIT
--- What newcomers type wrong, typed, and then what the answer says to type.
local newcomer = require "tests.lua.newcomer"

setup(function()
	newcomer.arrive()
	newcomer.write("cnnrun.lua", newcomer.profile "c:command { 'true' }")
end)
teardown(newcomer.leave)

--- Only planned, or asked for its help: nothing is to be started.
local function stands(line)
	local _, ok = newcomer.typed(line .. " --help")
	if line:find "^cnnrun shell" or line:find "^cnnrun %./" then
		_, ok = newcomer.typed((line:gsub("^cnnrun", "cnnrun plan")))
	end
	return ok
end

describe("what a newcomer types is answered, and the answer works:", function()
	for _, row in ipairs(require "tests.lua.mistakes_line") do
		it(row[1], function()
			local said, ok = newcomer.typed(row[1])
			assert.equal(row[2] .. "\n", said)
			assert(not ok)
			local line = said:match "in the profile, (write c:[^\n]*)"
			if line then
				assert(newcomer.planned(newcomer.profile((newcomer.line_of(line)))))
				newcomer.write("cnnrun.lua", newcomer.profile "c:command { 'true' }")
				return
			end
			line = said:match "(cnnrun shell [^\n]*)" or said:match '%-%-": (cnnrun [^\n]*)'
				or said:match "write (cnnrun[%l -]*)"
			if line then assert(stands((line:gsub("%s+$", ""))), line) end
			local option = said:match "; write (%-%-%l+)"
			if option then
				assert.truthy(newcomer.typed("cnnrun run --help"):find(option, 1, true), option)
			end
		end)
	end
end)

describe("a project without a profile", function()
	it("says how one is written", function()
		newcomer.typed "rm cnnrun.lua"
		local said = newcomer.typed "cnnrun"
		assert.truthy(said:find("or have one written there: cnnrun init\n", 1, true), said)
		assert(select(2, newcomer.typed "cnnrun init"))
		assert(select(2, newcomer.typed "cnnrun plan"))
	end)
end)
