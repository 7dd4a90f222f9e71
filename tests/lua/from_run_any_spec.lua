-- SPDX-License-Identifier: MIT
--- Lines that mean harm, and nonsense, to `cnnrun init --from`: the profile only describes.
local support = require "tests.lua.support"
local newcomer = require "tests.lua.newcomer"

support.fresh()
local profile_text = require "cnnrun.from.profile_text"

local function written(text)
	return profile_text { sources = { { text = text } }, cwd = "/home/me/demo", home = "/home/me", uid = 1000,
		gid = 1000,
		name = "me", taken = {} }
end

describe("whatever stands in a line", function()
	local PIECES = { "docker", "run", "-e", "-v", "--name", "--gpus", "-p", "-u", "image", "a=b", "/a:/b:ro",
		"x y", "]]", "--", "--[[",
		'"', "\\", "'", "$(os.execute)", "${A:-]]}", "$B", "\n", "os.execute('x')", "end }", "\\n", "\195\164",
			"\226\128\174", "\255", "1",
		"--user=$(id -u)", "--mount", "type=bind,src=/x,dst=/y", "`id`", "~/x", "=", ":", ",", "{}", "--env",
			"-w", "#", ";", "&&", "\t",
		"-it", "--label", "0", "nil", "return", "\\x1b", "$'\\x1b'", "$'\\n'", "--device", "/dev/null", "--tmpfs",
			"/t:size=1g", "\194\155" }

	--- A profile's text is a call of cnn.profile, and its setup calls verbs: nothing else is there.
	local function only_describes(text)
		local function use() error("used: " .. text) end
		local fact = setmetatable({}, { __index = function() return function()
			return setmetatable({}, { __index = function() return "fact" end,
				__concat = function() return "fact" end })
		end end })
		local c = setmetatable({}, { __index = function() return function(self, _, fn)
			if type(fn) == "function" then fn(self) end
			return self
		end end })
		local declared
		local cnn = { host = fact, project = { dir = function() return "/" end },
			profile = function(p) declared = p end }
		local env = setmetatable({ require = function(name)
			assert.equal("cnnrun", name)
			return cnn
		end }, { __index = use, __newindex = use })
		assert(load(text, "=profile", "t", env))()
		declared.setup(c, setmetatable({}, { __index = function() return "1" end }))
	end

	it("the profile loads, and only describes", function()
		math.randomseed(7, 13)
		local written_ones, planned = 0, 0
		newcomer.arrive()
		for i = 1, 3000 do
			local list = { "docker run" }
			for k = 1, math.random(0, 12) do
				list[k + 1] = PIECES[math.random(#PIECES)]:gsub("^", math.random(4) == 1 and "" or " ")
			end
			if math.random(2) == 1 then list[#list + 1] = " image" end
			local ok, text = pcall(written, table.concat(list))
			if ok then
				written_ones = written_ones + 1
				only_describes(text)
				for line in text:gmatch "[^\n]+" do
					assert.is_nil(line:find "[%c\127]" and not line:find "^\t*[^%c\127]+$" or nil, line)
				end
				if i % 40 == 0 then
					local said, fine = newcomer.planned(text)
					assert.is_true(fine or said:find "^[^\n]*\n$" ~= nil, text .. said)
					planned = planned + 1
				end
			else
				assert.is_string(text)
				assert.is_nil(text:find "^[^:]*%.lua:%d", text)
			end
		end
		newcomer.leave()
		assert.is_true(written_ones > 400, written_ones)
		assert.is_true(planned > 5, planned)
	end)

	it("no character is unseen", function()
		local text = written("docker run -e A='\226\128\174\239\187\191\194\173' -e B=\195\164 -l x='\255' image "
			.. "'\226\128\139'")
		for _, unseen in ipairs { "\226\128\174", "\239\187\191", "\194\173", "\255", "\226\128\139" } do
			assert.is_nil(text:find(unseen, 1, true))
		end
		assert.truthy(text:find("\195\164", 1, true))
	end)
end)
