-- SPDX-License-Identifier: MIT
--- -v, --mount, --tmpfs and --device: files of a `docker run` line.
local mounts = {}

local HOME, PROJECT = "\1@user.home\2", "\1@project.dir\2"

local function below(path, dir)
	if path == dir then return "." end
	if dir and dir ~= "/" and path:sub(1, #dir + 1) == dir .. "/" then return path:sub(#dir + 2) end
end

--- A path of the host as a profile has it: relative to the project, or to the home.
function mounts:path(source)
	local about = self.about
	source = source:gsub("(.)/+$", "%1")
	if source:find "^%./" then return (source:gsub("^%./+", "")) end
	local inside = below(source, PROJECT) or about.cwd and below(source, about.cwd)
	if inside then return inside ~= "" and inside or "." end
	inside = about.home and about.home ~= "/" and below(source, about.home)
	if inside then return inside == "." and HOME or HOME .. "/" .. inside end
	return source
end

--- What is a whole primitive here.
local SPECIAL = {
	{ "^/etc/passwd$", nothing = true }, { "^/etc/group$", nothing = true },
	{ "^/etc/shadow$", nothing = true }, { "^/etc/gshadow$", nothing = true },
	{ "^/etc/sudoers", nothing = true },
	{ "^/etc/localtime$", verb = "timezone", arg = "host" },
	{ "^/etc/timezone$", verb = "timezone", arg = "host" },
	{ "/%.X11%-unix", verb = "display" }, { "[Xx]authority", verb = "display" }, { "xauth", verb = "display" },
	{ "/pulse", verb = "audio" }, { "/pipewire%-0$", verb = "audio" }, { "/wayland%-%d$", verb = "wayland" },
	{ "^/run/user/%d+/bus$", verb = "dbus" }, { "ssh%-auth%.sock$", verb = "ssh_agent" },
	{ "^/run/user/%d+$", session = true },
}
local VARIABLES = {
	XAUTHORITY = "display", XAUTH = "display", XSOCK = "display", XSOCKET = "display",
	SSH_AUTH_SOCK = "ssh_agent", PULSE_SERVER = "audio",
}

--- true: the source was one of these, and is said.
local function special(self, source)
	local name = self:variable(source)
	if name and VARIABLES[name] then return self:once(VARIABLES[name]) end
	local runtime, rest = source:match "^\1%$(%d+)\2(.*)$"
	runtime = runtime and self.about.scope.met[tonumber(runtime)].name == "XDG_RUNTIME_DIR"
	if runtime and rest:find "^/\1" then return self:once "wayland" end
	if runtime then source = "/run/user/1" .. rest end
	for _, row in ipairs(SPECIAL) do
		if source:find(row[1]) then
			if row.verb then return self:once(row.verb, row.arg) end
			self:note(row.nothing and ("-v %s: needs nothing, cnnrun says in the container who you are"):format(source)
				or ("-v %s: name what of the session is wanted: c:wayland(), c:audio(), c:dbus()"):format(source))
			return true
		end
	end
end

--- Of the project and the home a directory that docker would have made is made: a file has a dot
--- in its name.
local function would_be_made(source)
	local path = source:gsub("^\1@user.home\2/", "")
	return not path:find "^[/\1]" and path ~= "." and not path:match("[^/]*$"):find(".", 1, true)
end

local function put(self, source, target, opts)
	if not source:find "^[./~\1]" then
		if source:find "/" then error(("%s is neither a path nor a volume"):format(source), 0) end
		opts.create = nil
		return self:add("volume", source, target, next(opts) and opts or nil)
	end
	if special(self, source) then return end
	source = self:path(source)
	opts.create = opts.create and not opts.readonly and would_be_made(source) or nil
	local call = self:add("mount", source, target, next(opts) and opts or nil)
	if source:find "docker%.sock$" then call.comment = "who has it has this machine" end
	if source == "/dev" then call.comment = 'all devices: better name them, c:device "/dev/ttyUSB0"' end
end

local WORDLESS = { rw = 1, cached = 1, delegated = 1, consistent = 1, nocopy = 1, default = 1, rprivate = 1,
	private = 1 }

--- The words behind a volume's second colon.
local function modes(self, text, shown)
	local opts = {}
	for mode in text:gmatch "[^,]+" do
		if mode == "ro" or mode == "readonly" then
			opts.readonly = true
		elseif mode == "z" or mode == "Z" then
			self:note(("-v %s: labels of SELinux stay as they are"):format(shown))
		elseif not WORDLESS[mode] then
			self:note(("-v %s: mounts made later do not come along (%s)"):format(shown, mode))
		end
	end
	return opts
end

local function anonymous(self, target)
	local name = target:gsub("[^%w]+", "-"):gsub("^%-+", ""):gsub("%-+$", "")
	self:add("volume", "data-" .. (name ~= "" and name or "root"), target).comment =
		"docker's has no name, and goes with the container"
end

function mounts:volume(v)
	local parts = {}
	for part in (v .. ":"):gmatch "([^:]*):" do parts[#parts + 1] = part end
	if parts[1] == "" or #parts > 3 or #parts > 1 and parts[2] == "" then
		error(("-v %s is not SOURCE:TARGET[:ro]"):format(v), 0)
	end
	if #parts == 1 then return anonymous(self, v) end
	local opts = modes(self, parts[3] or "", v)
	opts.create = true
	put(self, parts[1], parts[2], opts)
end

--- A line of fields with commas, of which some are quoted.
function mounts.fields(text)
	local list, at = {}, 1
	while at <= #text do
		local quoted, stop = text:match('^"([^"]*)",?()', at)
		if not quoted then quoted, stop = text:match("^([^,]*),?()", at) end
		list[#list + 1] = quoted
		at = stop
	end
	return list
end

local TYPES = {}

function TYPES.bind(self, m)
	if m["bind-propagation"] and not WORDLESS[m["bind-propagation"]] then
		self:note "--mount bind-propagation: mounts made later do not come along"
	end
	local source = m.source
	if not source then error("--mount: source is missing", 0) end
	put(self, source:find "^[./~\1]" and source or "./" .. source, m.target, { readonly = m.readonly })
end

function TYPES.volume(self, m)
	if not m.source then return anonymous(self, m.target) end
	self:add("volume", m.source, m.target, m.readonly and { readonly = true } or nil)
end

function TYPES.tmpfs(self, m)
	local opts = { size = m["tmpfs-size"], mode = m["tmpfs-mode"], exec = true }
	self:add("tmpfs", m.target, opts)
end

function mounts:mount(v)
	local m = { type = "volume" }
	local same = { src = "source", dst = "target", destination = "target", ro = "readonly" }
	for _, field in ipairs(mounts.fields(v)) do
		local key, value = field:match "^([^=]+)=?(.*)$"
		if key then m[same[key] or key] = value end
	end
	m.readonly = m.readonly and m.readonly ~= "false" and m.readonly ~= "0" or nil
	if not TYPES[m.type] then
		return self:note(("--mount %s: mounts of type %s are not made"):format(v, m.type))
	end
	if not m.target or m.target == "" then error(("--mount %s: target is missing"):format(v), 0) end
	TYPES[m.type](self, m)
end

--- docker's are noexec unless said; without a mode 1777.
function mounts:tmpfs(v)
	local target, rest = v:match "^([^:]+):?(.*)$"
	if not target then error(("--tmpfs %s names no directory"):format(v), 0) end
	local opts = {}
	for word in rest:gmatch "[^,]+" do
		local key, value = word:match "^([^=]+)=?(.*)$"
		if key == "size" or key == "mode" then
			opts[key] = value
		elseif key == "exec" then
			opts.exec = true
		elseif key ~= "rw" and key ~= "noexec" and key ~= "nosuid" and key ~= "nodev" then
			self:note(("--tmpfs %s: %s has no equal"):format(target, word))
		end
	end
	self:add("tmpfs", target, next(opts) and opts or nil)
end

function mounts:device(v)
	local source, rest = v:match "^([^:]+):?(.*)$"
	if not source or not v:find "^/" and not v:find "^\1" then
		if v:find "=" then -- by its CDI name
			local id = v:match "^nvidia%.com/gpu=(.+)$"
			if id then self.gpu.ids = self.gpu.ids and self.gpu.ids .. "," .. id or id else self:add("device", v) end
			return
		end
		error(("--device %s is no path"):format(v), 0)
	end
	local target, how = rest:match "^([^:]*):?(%a*)$"
	if target and target:find "^[rwm]+$" then target, how = nil, target end
	local opts = how and how ~= "" and how ~= "rwm" and { permissions = how } or nil
	if source:find "[*?%[]" then
		opts = opts or {}
		opts.optional = true
	end
	if target and target ~= "" and target ~= source then
		self:add("device", source, target, opts)
	else
		self:add("device", source, opts)
	end
end

return mounts
