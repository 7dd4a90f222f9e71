-- SPDX-License-Identifier: MIT
--- c:user("host" | "image" | "root" | "1000:1000" | { uid =, gid =, name =, groups = }): who
--- the container runs as.
local check = require "cnnrun.check"

local ID_MAX = (1 << 32) - 2
local id = check.integer(0, ID_MAX)
local is_name = check.like("^[%a_][%w_.-]*%$?$", "a user name")
local MODES = { host = true, image = true, root = true }
local FIELDS = { uid = id, gid = id, name = is_name, groups = check.list_of(check.value) }

local function explicit(u)
	u.mode = "explicit"
	u.gid = u.gid or u.uid
	return u
end

local function from_text(text)
	if MODES[text] then return { mode = text } end
	local uid, gid = text:match("^(%d+):?(%d*)$")
	if not uid then
		check.fail('must be "host", "image", "root", "1000:1000" or a table { uid = ... }, not %s%s',
			check.show(text), check.hint(text, MODES))
	end
	return explicit { uid = id(tonumber(uid), "uid"), gid = gid ~= "" and id(tonumber(gid), "gid") or nil }
end

local function user(r, who, opts, ...)
	check.no_more(...)
	local u
	if type(who) == "table" then
		u = check.fields(who, FIELDS)
		if opts ~= nil then check.fail("after a table nothing may follow") end
		if not u.uid and (u.gid or u.name) then check.fail("uid is missing") end
		u = u.uid and explicit(u) or { mode = "host", groups = u.groups }
	else
		u = from_text(check.string(who, "the user"))
		u.groups = check.fields(opts, { groups = FIELDS.groups }).groups
	end
	r:set("user", u)
end

return { user = user }
