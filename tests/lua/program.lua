-- SPDX-License-Identifier: MIT
--- cnnrun itself, for specs of what only the whole program says.
local program = {}

--- What a shell's command prints, and whether it went well.
function program.output(command)
	local f = assert(io.popen(command))
	local text = f:read "a"
	return text, f:close()
end

--- The root of the repository.
program.top = program.output "pwd":match "[^\n]+"

local built = (os.getenv "BUILD" or "build") .. "/cnnrun"
--- Its absolute path.
program.path = built:find "^/" and built or program.top .. "/" .. built

return program
