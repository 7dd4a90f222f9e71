-- SPDX-License-Identifier: MIT
--- What `cnnrun test` has the user's own Lua run: busted, with cnnrun.testing to be required.
local files, version, program, update, n = ...
local arguments = { select(6, ...) }

local function fail(text)
	io.stderr:write("cnnrun: error: ", text, "\n")
	os.exit(125)
end

local function part(name)
	local path = "testing/" .. name .. ".lua"
	return assert(load(files[path], "@cnnrun/" .. path, "t"))
end

package.preload["cnnrun.testing"] = part "init"
for _, name in ipairs { "json", "diff", "host", "runs", "evaluate" } do
	package.preload["cnnrun.testing." .. name] = part(name)
end
package.preload["cnnrun.testing.config"] = function()
	return { files = files, version = version, program = program, update = update == "update" }
end

local ok, runner = pcall(require, "busted.runner")
if not ok then
	fail("busted for Lua 5.4 is not installed: " .. files["to install busted"] .. ", or luarocks install busted")
end
local words = { "--ignore-lua", "--pattern=_spec%.lua$" }
table.move(arguments, n + 1, #arguments, #words + 1, words) -- busted's own
table.move(arguments, 1, n, #words + 1, words)              -- files
words[0] = "cnnrun test"
rawset(_G, "arg", words) -- where busted looks
runner { standalone = false }
