-- SPDX-License-Identifier: MIT
--- What newcomers write wrong, told to the program itself, and then what its answer says to write.
local words, forms, keys = require "tests.lua.mistakes_words", require "tests.lua.mistakes_forms",
	require "tests.lua.mistakes_keys"

local PROGRAM = (os.getenv "BUILD" or "build") .. "/cnnrun"
local project

local function write(name, text)
	local f = assert(io.open(project .. "/" .. name, "w"))
	f:write(text)
	f:close()
end

local function output(command)
	local f = assert(io.popen(command))
	local text = f:read "a"
	local ok = f:close()
	return text, ok
end

local top = output "pwd":match "[^\n]+"
local program = PROGRAM:find "^/" and PROGRAM or top .. "/" .. PROGRAM

--- What `cnnrun plan` says of a profile of this text, and whether it took it.
local function planned(text)
	write("cnnrun.lua", text)
	return output(("cd '%s' && '%s' plan 2>&1"):format(project, program))
end

local function profile(setup, options, fields)
	return ([[
local cnn = require "cnnrun"
return cnn.profile {
	options = { %s }, %s
	setup = function(c, opt)
c:image "debian:12"
%s
	end,
}
]]):format(options or 'headless = { type = "boolean" }', fields or "", setup or "")
end

--- The message, without where and of which project.
local function message(said)
	local text = said:match "^cnnrun: error: (.-)\n$"
	assert(text, "no error: " .. said)
	assert.is_nil(text:find("\n", 1, true), text)
	-- a `return cnn.profile` leaves no line behind
	local rest = text:match "^cnnrun.lua:%d+: (.*)$" or text:match "^cnnrun.lua: (cnn.profile: .*)$"
	assert(rest, "no place in the profile: " .. text)
	return (rest:gsub(project:gsub("%p", "%%%0"), "PROJECT"))
end

--- What an answer says to write: the longest beginning of it that is Lua; and the options.
local function line_of(answer, as)
	local text = answer:match "%f[%a]write (.*)$"
	if not text then return nil end
	local options
	text = text:gsub(", with options = (%b{})$", function(t)
		options = t:sub(2, -2)
		return ""
	end)
	while text do
		if load((as or "%s"):gsub("%%s", function() return text end)) then return text, options end
		text = text:match "^(.*)[;,] [^;,]*$"
	end
	error("nothing to write in: " .. answer)
end

local function put(template, text)
	return (template:gsub("%%s", function() return text end))
end

setup(function()
	project = output "mktemp -d /tmp/cnnrun-mistakes.XXXXXX":match "[^\n]+"
	assert(os.execute(("mkdir '%s/docker' '%s/data' '%s/config' '%s/lib'"):format(project, project, project,
		project)))
	for _, name in ipairs { "Dockerfile", "docker/Dockerfile" } do write(name, "FROM debian:12\n") end
	for _, name in ipairs { ".env", "VERSION", "config/app.ini" } do write(name, "") end
end)

teardown(function() os.execute(("rm -r '%s'"):format(project)) end)

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
