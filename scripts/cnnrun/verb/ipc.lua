-- SPDX-License-Identifier: MIT
--- c:ipc("private" | "shareable" | "host" | "none"): shared memory with others.
local check = require "cnnrun.check"

local mode = check.one_of("private", "shareable", "host", "none")

local function ipc(r, v, ...)
	check.no_more(...)
	r:set("ipc", mode(v, "the mode"))
end

return { ipc = ipc }
