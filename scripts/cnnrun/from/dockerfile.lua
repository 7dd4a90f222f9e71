-- SPDX-License-Identifier: MIT
--- A Dockerfile as a profile that builds it: what its last stage says of directories, users,
--- ports and volumes.
local dockerfile = {}

--- Its instructions: { name, rest }, with lines joined; what stands in <<END is left out.
local function instructions(text)
	local list, mark, open = {}, nil, nil
	for line in (text:gsub("\r", "") .. "\n"):gmatch "([^\n]*)\n" do
		if mark then
			if line:match "^%s*(.-)%s*$" == mark then mark = nil end
		elseif not line:find "^%s*#" then
			local part, more = line:match "^(.-)(\\?)%s*$"
			open = (open or "") .. part
			if more == "" then
				local name, rest = open:match "^%s*(%a+)%s+(.-)%s*$"
				if name then list[#list + 1] = { name:upper(), rest } end
				mark = name and rest:match "<<%-?[\"']?([%w_]+)[\"']?"
				open = nil
			end
		end
	end
	return list
end

--- With the values that ARG and ENV have set.
local function filled(rest, values)
	return (rest:gsub("%$(%b{})", function(inside)
		local name, default = inside:match "^{([%w_]+):?%-?(.*)}$"
		return name and (values[name] or default)
	end):gsub("%$([%a_][%w_]*)", function(name) return values[name] or "" end))
end

local function unquoted(text) return (text:gsub("^([\"'])(.*)%1$", "%2")) end

local function join(dir, path)
	if path:find "^/" then return path end
	return (dir == "/" and "" or dir) .. "/" .. path
end

local STAGE = {}

function STAGE.WORKDIR(s, rest)
	s.workdir = join(s.workdir or "", filled(unquoted(rest), s.values)):gsub("/%./", "/"):gsub("(.)/%.?$", "%1")
end

function STAGE.USER(s, rest) s.user = filled(unquoted(rest), s.values):match "^[^:%s]*" end

function STAGE.EXPOSE(s, rest)
	for port in filled(rest, s.values):gmatch "%S+" do s.ports[#s.ports + 1] = port end
end

function STAGE.VOLUME(s, rest)
	for path in filled(rest, s.values):gsub("[%[%]\",]", " "):gmatch "%S+" do
		s.volumes[#s.volumes + 1] = path
	end
end

function STAGE.ENV(s, rest)
	local name, value = rest:match "^([%w_]+)%s+([^=].*)$"
	if name and not rest:find "^[%w_]+%s*=" then s.values[name] = filled(unquoted(value), s.values) end
	for key, text in rest:gmatch '([%w_]+)=("[^"]*")' do s.values[key] = filled(unquoted(text), s.values) end
	for key, text in rest:gmatch "([%w_]+)=([^%s\"']+)" do s.values[key] = filled(text, s.values) end
end

function STAGE.ARG(s, rest)
	local name, value = rest:match "^([%w_]+)=?(.*)$"
	if not name then return end
	if value ~= "" then
		s.values[name] = filled(unquoted(value), s.values)
	else
		s.asked[#s.asked + 1] = name
	end
end

function STAGE.COPY(s, rest)
	if not rest:find "%-%-from" and (" " .. rest):find "%s%./?%s" then s.copies = true end
end
STAGE.ADD = STAGE.COPY

function STAGE.CMD(s) s.runs = true end
function STAGE.ENTRYPOINT(s) s.runs = true end

local function stage(values, from)
	return { values = setmetatable({}, { __index = values }), ports = {}, volumes = {}, asked = {}, from = from }
end

--- The last stage, which goes on from a former one where it names it.
local function last_stage(list)
	local global, stages, now = {}, {}, nil
	for _, one in ipairs(list) do
		if one[1] == "FROM" then
			local image, name = one[2]:gsub("%-%-%S+%s+", ""):match "^(%S+)%s*[aA]?[sS]?%s*(%S*)"
			local before = stages[image or ""]
			now = before and setmetatable({ from = before.from }, { __index = before })
				or stage(global, filled(image or "", global))
			if name and name ~= "" then stages[name] = now end
		elseif now and STAGE[one[1]] then
			STAGE[one[1]](now, one[2])
		elseif one[1] == "ARG" then
			local name, value = one[2]:match "^([%w_]+)=?(.*)$"
			if name then global[name] = unquoted(value) end
		end
	end
	return now
end

--- ARG UID and the like are yours.
local IDS = { UID = "@user.uid", GID = "@user.gid", USER = "@user.name", USERNAME = "@user.name",
	UNAME = "@user.name" }
local function args_of(s)
	local args, open = {}, {}
	for _, name in ipairs(s.asked) do
		local fact = IDS[name:upper():gsub("^USER_?([UG]ID)$", "%1"):gsub("^HOST_", ""):gsub("^LOCAL_", "")]
		if fact then args[name] = "\1" .. fact .. "\2" else open[#open + 1] = name end
	end
	return next(args) and args or nil, open
end

local function gpus(s, result)
	local from = s.from or ""
	local wants = s.values.NVIDIA_VISIBLE_DEVICES or from:find "cuda" or from:find "^nvcr%.io/"
	if not wants then return end
	result.options[1] = { name = "devices", short = "d", default = "all", about = "GPUs: 0 | 2,3 | all | none" }
	table.insert(result.calls, { "gpus", "\1devices\2", { optional = true } })
end

local function users(s, add)
	if not s.user or s.user == "root" or s.user == "0" then
		add("user", "host").comment = "you: uid, gid, name"
	elseif s.user:find "^%d+$" then
		add("user", "image", { uid = "host" }).comment = ("%s of the image, with your uid"):format(s.user)
	else
		add("user", "image", { name = s.user, uid = "host" }).comment = "with your uid"
	end
end

local function workspace(s, add)
	local dir = s.workdir ~= "/" and s.workdir or nil
	if s.copies then
		add().comment = ('the image has a copy of the project; c:mount(".", "%s") puts the project in its place')
			:format(dir or "/work")
		return
	end
	add("mount", ".", dir or "/my_workspace")
	add("workdir", dir or "/my_workspace")
end

--- path: as the project has it. name: the project's, for volumes.
function dockerfile.read(text, path, name)
	local s = last_stage(instructions(text))
	if not s then error("there is no FROM in it", 0) end
	local result = { calls = {}, options = {} }
	local function add(...)
		local call = { ... }
		result.calls[#result.calls + 1] = call
		return call
	end
	local args, open = args_of(s)
	add("build", { dockerfile = path ~= "Dockerfile" and path or nil, args = args })
	for _, arg in ipairs(open) do
		add().comment = ("ARG %s has no value: args = { %s = … } in c:build gives one"):format(arg, arg)
	end
	users(s, add)
	add("home", "docker/home").comment = "keeps the shell's history"
	workspace(s, add)
	for _, target in ipairs(s.volumes) do
		add("volume", name .. target:gsub("[^%w]+", "-"):gsub("%-$", ""), target)
	end
	gpus(s, result)
	if s.values.DISPLAY then add "display" end
	for _, port in ipairs(s.ports) do
		local n, protocol = port:match "^(%d+)/?(%a*)$"
		if n then
			add("port", (protocol == "" or protocol == "tcp") and tonumber(n) or ("%s:%s/%s"):format(n, n, protocol))
		end
	end
	if not s.runs then
		add("command", { "sh", "-c", "command -v bash >/dev/null && exec bash; exec sh" })
	end
	return result
end

return dockerfile
