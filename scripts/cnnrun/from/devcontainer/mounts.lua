-- SPDX-License-Identifier: MIT
--- The workspace and mounts of a devcontainer.
local tree = require "cnnrun.from.tree"
local check_hint = require "cnnrun.check".hint
local keys = require "cnnrun.from.devcontainer.keys"

local mounts = {}

local SAME = { src = "source", dst = "target", destination = "target", ro = "readonly" }
local KNOWN = { type = 1, source = 1, target = 1, readonly = 1, consistency = 1, external = 1,
	["bind-propagation"] = 1, ["bind-nonrecursive"] = 1, ["volume-nocopy"] = 1, ["volume-driver"] = 1,
	["volume-opt"] = 1, ["tmpfs-size"] = 1, ["tmpfs-mode"] = 1 }
local QUIET = { rprivate = 1, private = 1 }

--- "source=a,target=/b,type=bind" or { source: … }.
local function fields(d, node, what)
	local m = {}
	if node.map then
		for _, e in ipairs(tree.entries(node, what)) do
			if not keys.mount[e.key] then
				tree.fail(e, "%s: a mount has no %s%s", what, tree.show(e.key), check_hint(e.key, keys.mount))
			end
			if not tree.is_null(e.node) then m[e.key] = d.values.text(e.node, e.key) end
		end
		return m
	end
	for field in d.values.text(node, what):gmatch "[^,]+" do
		local key, value = field:match "^%s*([^=]+)=?(.*)$"
		key = SAME[key] or key
		if not key or not KNOWN[key] then
			tree.fail(node, "%s: a mount has no %s%s", what, tree.show(field), key and check_hint(key, KNOWN) or "")
		end
		m[key] = value
	end
	return m
end

--- A path of this machine as verbs have it: below the project where it is there.
function mounts.path(d, path)
	if path == d.project then return "." end
	if path:sub(1, #d.project + 1) == d.project .. "/" then
		local below = path:sub(#d.project + 2):gsub("/+$", "")
		return below ~= "" and below or "."
	end
	if path:find "^~/" then return path end
	return path:find "^/" and path or d.join(d.folder, path)
end

local function put(d, node, what)
	local m = fields(d, node, what)
	local kind, target = m.type or "volume", m.target
	if not target or target == "" then tree.fail(node, "%s: a mount needs a target", what) end
	if m["bind-propagation"] and not QUIET[m["bind-propagation"]] or m["volume-driver"] or m["volume-opt"] then
		tree.fail(node, "%s: bind-propagation, volume-driver and volume-opt are not known here: "
			.. "leave them out", what)
	end
	local readonly = m.readonly and m.readonly ~= "false" and m.readonly ~= "0" or nil
	local opts = readonly and { readonly = true } or nil
	if kind == "bind" then
		if not m.source or m.source == "" then tree.fail(node, "%s: a mount of type bind needs a source", what) end
		return d:add(node, "mount", mounts.path(d, m.source), target, opts)
	elseif kind == "volume" then
		local name = m.source
		if not name or name == "" then
			name = ("%s-%s"):format(d.name, (target:gsub("^/+", ""):gsub("[^%w_.-]", "-")))
		end
		return d:add(node, "volume", name, target, opts)
	elseif kind == "tmpfs" then
		return d:add(node, "tmpfs", target, { size = m["tmpfs-size"], mode = m["tmpfs-mode"], exec = true })
	end
	tree.fail(node, "%s: type %s is not known here; what works is bind, volume, tmpfs", what, tree.show(kind))
end

function mounts.list(d, node)
	for _, one in ipairs(tree.items(node, "mounts", true)) do put(d, one, "mounts") end
end

--- The project in the container, unless a compose file says where its parts are.
function mounts.workspace(d, composed)
	local node = tree.get(d.root, "workspaceMount")
	if node and composed then
		tree.fail(node, "workspaceMount: volumes of the compose file say what is mounted: write it there")
	elseif not tree.is_null(node) then
		if tree.text(node, "workspaceMount") ~= "" then put(d, node, "workspaceMount") end
	elseif not composed then
		d:add(d.root, "mount", d.folder == "" and "." or d.folder, d.workspace)
	end
	d:add(tree.get(d.root, "workspaceFolder") or d.root, "workdir", d.place.folder)
end

return mounts
