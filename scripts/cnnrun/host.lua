-- SPDX-License-Identifier: MIT
--- Facts of this machine; each is asked for once. When the host cannot tell, nil, message,
--- code.
local check = require "cnnrun.check"
local door = require "cnnrun.door"

local host = {}
local known = {}

local function fact(op)
	if known[op] == nil then
		local value, message, code = door.call(op)
		if value == nil then return nil, message, code end
		known[op] = value
	end
	return known[op]
end

--- { { index =, uuid =, name =, memory = }, … }; empty on a machine without NVIDIA GPUs. A
--- MIG device has mig_of, the index of its GPU, besides.
host.gpus = check.api("cnn.host.gpus", function() return fact "host.gpus" end)

--- { uid =, gid =, name =, group =, home =, groups = { { name =, gid = }, … } }
host.user = check.api("cnn.host.user", function() return fact "host.user" end)

--- { name =, version =, … }, nil without an engine
host.engine = check.api("cnn.host.engine", function() return fact "host.engine" end)

--- The processor, in the words of images: "amd64", "arm64", "riscv64" …
host.arch = check.api("cnn.host.arch", function() return fact "host.arch" end)

--- The name of this machine.
host.name = check.api("cnn.host.name", function() return fact "host.name" end)

--- A variable of the host's environment; only those that describe terminal and language
--- (TERM, LANG, LC_*, TZ, USER, DISPLAY …) can be asked for.
host.env = check.api("cnn.host.env", function(name)
	local value, message, code = door.call("host.env", { name = check.string(name, "name") })
	local instead = message and require "cnnrun.written".fact(name)
	if instead then message = ("a profile may not read %s; write %s"):format(name, instead) end
	return value, message, code
end)

return host
