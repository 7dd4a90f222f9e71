-- SPDX-License-Identifier: MIT
--- c:tty(true | false): with or without a terminal, whatever cnnrun's own standard input is.
local check = require "cnnrun.check"

local function tty(r, on, ...)
	check.no_more(...)
	r:set("tty", on == nil or check.boolean(on, "the switch"))
end

return { tty = tty }
