-- SPDX-License-Identifier: MIT
--- c:env_file(path): variables from a file of NAME=value lines.
local check = require "cnnrun.check"

local function env_file(r, path, ...)
	check.no_more(...)
	r:include("env_files", check.source(path, "the file"))
end

return { env_file = env_file }
