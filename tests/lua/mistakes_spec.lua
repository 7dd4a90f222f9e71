-- SPDX-License-Identifier: MIT
--- What newcomers write wrong, told to the program itself, and then what its answer says to write.
local newcomer = require "tests.lua.newcomer"
local words, forms, keys = require "tests.lua.mistakes_words", require "tests.lua.mistakes_forms",
	require "tests.lua.mistakes_keys"

local planned, profile, message = newcomer.planned, newcomer.profile, newcomer.message
local line_of, put = newcomer.line_of, newcomer.put

setup(newcomer.arrive)
teardown(newcomer.leave)

local n = 0

local function check_setup(list)
	for _, row in ipairs(list) do
		n = n + 1
		it("in setup: " .. row[1], function()
			assert.equal(row[2], message((planned(profile(row[1])))))
			local line, options = line_of(row[2], row.as)
			if not line then return end
			line = put(row.as or "%s", line)
			if line:find "^s:" then line = ('c:service("x", function(s) s:image "x"; %s end)'):format(line) end
			local said, ok = planned(profile(line, options))
			assert(ok, line .. "\n" .. said)
		end)
	end
end

local function check_fields(list)
	for _, row in ipairs(list) do
		n = n + 1
		it("in cnn.profile: " .. row[1], function()
			local options = row[1]:match "^options = {(.*)}$"
			assert.equal(row[2], message((planned(profile("", options, not options and row[1] .. "," or nil)))))
			local line = line_of(row[2], row.field and "local _ = { %s }")
			if not line then return end
			local text
			if row.field then
				local field = put(row.field == true and "%s" or row.field, line)
				options = field:match "^options = {(.*)}$"
				text = profile("", options, not options and field .. "," or nil)
			else
				text = profile(line)
			end
			local said, ok = planned(text)
			assert(ok, line .. "\n" .. said)
		end)
	end
end

describe("a newcomer's mistake is answered, and the answer works", function()
	check_setup(words)
	check_setup(forms.setup)
	check_setup(keys.setup)
	check_fields(keys.fields)

	it("in at least 150 cases", function() assert.is_true(n >= 150, n) end)

	it("for every word that the table has", function()
		package.path = "scripts/?.lua;" .. package.path
		for word in pairs(require("cnnrun.familiar").words) do
			local said, ok = planned(profile(("c:%s()"):format(word)))
			assert(not ok)
			local line, options = line_of(message(said))
			local more
			if line then more, ok = planned(profile(line, options)) end
			assert(not line or ok, word .. "\n" .. tostring(more))
		end
	end)
end)
