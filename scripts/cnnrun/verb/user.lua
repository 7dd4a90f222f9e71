-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local MODES = { host = true, image = true, root = true }
local FIELDS = {
	uid = check.integer, gid = check.integer, name = check.string,
	groups = check.list_of(check.value),
}

-- What may stand beside each mode.
local OPTIONS = {
	host = { groups = FIELDS.groups },
	explicit = { groups = FIELDS.groups },
	root = { groups = FIELDS.groups, becomes = check.value },
	image = {
		groups = FIELDS.groups, name = check.string, uid = check.one_of("host"),
		becomes = check.value,
	},
}

local function from_text(text)
	if MODES[text] then return { mode = text } end
	local uid, gid = text:match("^(%d+):?(%d*)$")
	if not uid then
		check.fail('must be "host", "image", "root", "1000:1000" or a table { uid = ... }, not %s%s',
			check.show(text), check.hint(text, MODES))
	end
	return { mode = "explicit", uid = tonumber(uid), gid = tonumber(gid ~= "" and gid or uid) }
end

---@class cnnrun.UserTable
---@field uid? integer
---@field gid? integer
---@field name? string
---@field groups? string[]

---@class cnnrun.UserOptions
---@field groups? string[]
---@field name? string image: another user of it than it starts as
---@field uid? "host" image: the user gets your uid and gid, and his home with him
---@field becomes? "host"|string|integer image, root: who its program becomes

--- Who the container runs as.
--- Forms: `c:user "host"`, `c:user "image"`, `c:user "root"`, `c:user "1000:1000"`,
--- `c:user { uid = 1000, gid = 1000, name = "me" }`, `c:user("host", { groups = { "dialout" } })`
--- `c:user("image", { name = "vscode", uid = "host" })` runs as that user of the image, with
--- your uid and gid; `c:user("image", { becomes = "host" })` is for an entrypoint that starts
--- as root and becomes you (or `"app"`, a user of the image): display, sound, tmpfs and new
--- volumes are that user's.
--- Default: `"host"`: you
---@param who "host"|"image"|"root"|string|cnnrun.UserTable
---@param opts? cnnrun.UserOptions
local function user(r, who, opts, ...)
	check.no_more(...)
	local u
	if type(who) == "table" then
		u = check.fields(who, FIELDS)
		if opts ~= nil then check.fail("after a table nothing may follow") end
		u.mode = (u.uid or u.gid or u.name) and "explicit" or "host"
	else
		u = from_text(check.string(who, "the user"))
		for key, v in pairs(check.fields(opts, OPTIONS[u.mode])) do u[key] = v end
		if u.mode == "image" then u.uid, u.as_host = nil, u.uid and true end
	end
	r:set("user", u)
end

return { user = user }
