-- SPDX-License-Identifier: MIT
--- volumes, tmpfs, secrets and configs of a service.
local host = require "cnnrun.host"
local model = require "cnnrun.from.compose.model"
local tree = require "cnnrun.from.tree"

local volumes = {}

--- A path of the host: of the file's directory, of the home, or absolute.
local function source(s, node, text)
	if text == "~" or text:sub(1, 2) == "~/" then return host.user().home .. text:sub(2) end
	if text:sub(1, 1) == "/" then return text end
	return model.path(s.model, node, text)
end

local QUIET = { rw = 1, z = 1, Z = 1, cached = 1, delegated = 1, consistent = 1, rprivate = 1, private = 1 }

local function bind(s, node, path, target, opts)
	s:add(node, "mount", source(s, node, path), target, opts)
end

local TOP = { name = 1, external = 1, driver = 1, driver_opts = 1, labels = 1 }

--- The name that the engine knows a volume by.
local function engine_name(s, node, name)
	local entry = s.model.volumes[name]
	if not entry then
		tree.fail(node, "there is no volume %s: write volumes: { %s: } at the end, or ./%s for a directory",
			name, name, name)
	end
	local v = s.values.node(entry.node)
	if tree.is_null(v) then return s.project .. "_" .. name end
	model.check_keys(v, TOP, "a volume")
	local driver, opts = tree.get(v, "driver"), tree.get(v, "driver_opts")
	if driver and driver.text ~= "local" or not tree.is_null(opts) then
		tree.fail(driver or opts, "volume %s: for another kind than the engine's own, docker volume create it, "
			.. "and write external: true",
			name)
	end
	local named, external = tree.get(v, "name"), tree.get(v, "external")
	if external and external.map then named = tree.get(external, "name") or named end
	if named then return tree.text(named, "name") end
	return external and (external.map or tree.bool(external, "external")) and name or s.project .. "_" .. name
end

local function anonymous(s, target)
	return ("%s_%s_%s"):format(s.project, s.name, (target:gsub("^/", ""):gsub("[^%w_.-]", "-")))
end

local function short(s, node)
	local text = tree.text(node, "a volume")
	local from, target, mode = text:match "^([^:]+):([^:]+):?([^:]*)$"
	if not from then from, target, mode = nil, text, "" end
	if not target:find "^/" or mode == nil or text:find "^%a:[\\/]" then
		tree.fail(node, "%s is no volume; what works is ./dir:/in/it, name:/in/it:ro, /in/it", tree.show(text))
	end
	local opts = {}
	for word in mode:gmatch "[^,]+" do
		if word == "ro" then
			opts.readonly = true
		elseif not QUIET[word] then
			tree.fail(node, "%s: the word %s is not known here: leave it out", tree.show(text), word)
		end
	end
	if not from then return s:add(node, "volume", anonymous(s, target), target) end
	if from:find "^[./~]" then
		opts.create = true
		return bind(s, node, from, target, opts)
	end
	s:add(node, "volume", engine_name(s, node, from), target, opts)
end

local LONG = { type = 1, source = 1, target = 1, read_only = 1, bind = 1, volume = 1, tmpfs = 1,
	consistency = 1, image = 1 }

local function long(s, node)
	model.check_keys(node, LONG, "a volume")
	local kind = tree.text(tree.get(node, "type") or node, "type")
	local target = tree.text(tree.get(node, "target") or node, "target")
	local from, ro = tree.get(node, "source"), tree.get(node, "read_only")
	local opts = { readonly = ro and tree.bool(ro, "read_only") or nil }
	if kind == "bind" then
		local more = tree.get(node, "bind")
		model.check_keys(more, { propagation = 1, create_host_path = 1, selinux = 1, recursive = 1 }, "bind")
		local way, make = tree.get(more, "propagation"), tree.get(more, "create_host_path")
		if way and not QUIET[way.text] then
			tree.fail(way, "propagation: mounts stay where they are made: leave it out")
		end
		opts.create = not make or tree.bool(make, "create_host_path") or nil
		return bind(s, node, tree.text(from or node, "source"), target, opts)
	elseif kind == "volume" then
		local more = tree.get(node, "volume")
		model.check_keys(more, { nocopy = 1, subpath = 1, labels = 1 }, "volume")
		local sub = tree.get(more, "subpath")
		if sub then tree.fail(sub, "subpath: a volume is mounted whole") end
		return s:add(node, "volume", from and engine_name(s, node, tree.text(from, "source")) or anonymous(s,
			target),
			target, opts)
	elseif kind == "tmpfs" then
		local more = tree.get(node, "tmpfs")
		model.check_keys(more, { size = 1, mode = 1 }, "tmpfs")
		local size, mode = tree.get(more, "size"), tree.get(more, "mode")
		return s:add(node, "tmpfs", target, { size = size and tree.text(size, "size"),
			mode = mode and tree.text(mode, "mode"):gsub("^0o", "") or nil })
	end
	tree.fail(node, "type: %s is not known here; what works is bind, volume, tmpfs", tree.show(kind))
end

function volumes.volumes(s, node)
	for _, one in ipairs(tree.items(node, "volumes", true)) do
		if one.map then long(s, one) else short(s, one) end
	end
end

function volumes.tmpfs(s, node)
	for _, one in ipairs(tree.items(node, "tmpfs", true)) do
		local text = tree.text(one, "tmpfs")
		local target, words = text:match "^([^:]+):?(.*)$"
		local opts = {}
		for word in (words or ""):gmatch "[^,]+" do
			local key, v = word:match "^(%l+)=(.*)$"
			if key == "size" or key == "mode" then
				opts[key] = v
			elseif word == "exec" then
				opts.exec = true
			elseif not ({ rw = 1, noexec = 1, nosuid = 1, nodev = 1 })[word] and key ~= "uid" and key ~= "gid" then
				tree.fail(one, "tmpfs: the word %s is not known here: leave it out", tree.show(word))
			end
		end
		s:add(one, "tmpfs", target, opts)
	end
end

--- Secrets and configs: a file that is mounted to be read.
function volumes.file(s, key, node)
	local one_of = key:sub(1, -2)
	for _, one in ipairs(tree.items(node, key, true)) do
		if one.map then model.check_keys(one, { source = 1, target = 1, uid = 1, gid = 1, mode = 1 }, one_of) end
		local name = tree.text(one.map and tree.get(one, "source") or one, "source")
		local entry = s.model[key][name]
		if not entry then tree.fail(one, "there is no %s %s: write it under %s", one_of, name, key) end
		local v = s.values.node(entry.node)
		local file = tree.get(v, "file")
		if not file then
			tree.fail(entry, "%s %s: what works is the file of a %s, as in file: ./%s", one_of, name, one_of, name)
		end
		local target = one.map and tree.get(one, "target")
		target = target and tree.text(target, "target") or name
		if not target:find "^/" then target = (key == "secrets" and "/run/secrets/" or "/") .. target end
		s:add(one, "mount", source(s, file, tree.text(file, "file")), target, { readonly = true })
	end
end

return volumes
