-- SPDX-License-Identifier: MIT
--- c:security("seccomp=unconfined"): a security option of the engine. "no-new-privileges" is
--- on unless c:security("no-new-privileges=false").
local check = require "cnnrun.check"

local SWITCH = {
	["no-new-privileges"] = true, ["no-new-privileges=true"] = true,
	["no-new-privileges=false"] = false,
}
local is_option = check.like("^%l[%l-]*[=:]?.*$", 'an option as "seccomp=unconfined"')

local function security(r, option, ...)
	check.no_more(...)
	is_option(option, "the option")
	local switch = SWITCH[option]
	if switch ~= nil then
		r:set("no_new_privileges", switch)
	else
		r:include("security_opt", option)
	end
end

return { security = security }
