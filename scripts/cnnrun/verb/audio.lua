-- SPDX-License-Identifier: MIT
--- c:audio{ optional = true }: the host's sound (PipeWire or PulseAudio). c:audio(false) takes it back.
local check = require "cnnrun.check"

local function audio(r, opts, ...)
	check.no_more(...)
	if opts == false then
		r:set("audio", nil)
		return
	end
	r:set("audio", check.fields(opts, { optional = check.boolean }, "the argument"))
end

return { audio = audio }
