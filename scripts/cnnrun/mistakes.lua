-- SPDX-License-Identifier: MIT
--- What was meant by a call that was refused, as the line to write: a row per verb, which is
--- given the same arguments. Read only when something is wrong; a form that nothing is known of
--- has no answer here, and its error says what is allowed.
local written = require "cnnrun.written"

local text = written.text
local mistakes = {}

local function is(v, kind) return type(v) == kind end

local function number(v)
	return is(v, "number") and v or is(v, "string") and tonumber(v) or nil
end

function mistakes.mount(source, target, opts)
	if is(source, "table") then
		local first, second = source[1], source[2]
		if is(first, "string") and is(second, "string") and second:find "^/" then
			return ("c:mount(%s, %s)"):format(text(first), text(second))
		end
		return is(first, "string") and written.mount(first) or nil
	elseif not is(source, "string") then
		return nil
	elseif target == nil then
		return written.mount(source) or not source:find "[:\n]" and source ~= "" and not written.shells(source)
			and ('c:mount(%s, "/work")'):format(text(source)) or nil
	elseif is(target, "string") and (opts == "ro" or opts == "readonly" or opts == true) then
		return ("c:mount(%s, %s, { readonly = true })"):format(text(source), text(target))
	end
end

function mistakes.volume(name, target)
	if is(name, "string") and target == nil then return written.mount(name) end
	if is(name, "string") and is(target, "string") and name:find "^[/.~]" then
		return ("c:mount(%s, %s)"):format(written.expression(name), text(target))
	end
end

function mistakes.tmpfs(target)
	local path, rest = (is(target, "string") and target or ""):match "^(/[^:]*):(.+)$"
	if not path then return nil end
	local opts = {}
	for key, value in rest:gmatch "(%l+)=([%w]+)" do
		if key == "size" or key == "mode" then opts[#opts + 1] = ("%s = %s"):format(key, text(value)) end
	end
	return ("c:tmpfs(%s, { %s })"):format(text(path), table.concat(opts, ", "))
end

function mistakes.device(source)
	local from, to, how = (is(source, "string") and source or ""):match "^(/[^:]*):(/[^:]*):?(%a*)$"
	if not from then return nil end
	how = how ~= "" and (", { permissions = %s }"):format(text(how)) or ""
	return ("c:device(%s, %s%s)"):format(text(from), text(to), how)
end

function mistakes.env(name, value)
	if is(name, "table") then name = name[1] end
	local key, v = (is(name, "string") and name or ""):match "^([^=]+)=(.*)$"
	if key and value == nil then return ("c:env(%s, %s)"):format(text(key), text(v)) end
end

local function pair(verb, pattern)
	return function(name, value)
		if is(name, "table") then name = name[1] end
		local key, v = (is(name, "string") and name or ""):match(pattern)
		if key and value == nil then return ("c:%s(%s, %s)"):format(verb, text(key), text(v)) end
	end
end

mistakes.label = pair("label", "^([^=]+)=(.*)$")
mistakes.sysctl = pair("sysctl", "^([^=]+)=(.*)$")
mistakes.host = pair("host", "^([^:=]+)[:=](.+)$")

function mistakes.port(v, inside)
	if number(v) and number(inside) then
		return ("c:port %s"):format(text(("%d:%d"):format(number(v), number(inside))))
	elseif not is(v, "string") then
		return nil
	elseif v:find "^localhost:" then
		return "c:port " .. text((v:gsub("^localhost", "127.0.0.1")))
	end
	local outside, within = v:match "^(.*):(%d+)$"
	if outside and written.shells(outside) then
		local host, options = written.expression(outside)
		return ("c:port { host = %s, container = %s }, with options = { %s }"):format(host, within,
			(options:gsub(" }$", ", type = \"number\" }")))
	end
	local first, second, third = v:match "^(%d+):(%d+):(%d+)$"
	if third then return ("c:port %s"):format(text(first .. ":" .. second)) end
end

local function words(verb)
	return function(line, ...)
		if is(line, "string") and select("#", ...) == 0 and line:find "%S%s+%S" then
			return ("c:%s %s"):format(verb, written.words(line))
		end
	end
end

mistakes.command, mistakes.entrypoint = words "command", words "entrypoint"

function mistakes.user(who, group)
	local uid, gid = number(who), number(group)
	if uid and (group == nil or gid) then
		return ("c:user %s"):format(text(("%d:%d"):format(uid, gid or uid)))
	end
	if not is(who, "string") then return nil end
	if written.shells(who) then return 'c:user "host"' end
	local name = who:match "^(%l[%w_-]*):?[%w_-]*$"
	if name and not group and not require "cnnrun.near"(who, { host = 1, image = 1, root = 1 }) then
		return ('c:user("image", { name = %s })'):format(text(name))
	end
end

function mistakes.gpus(which)
	if which == true or which == nil or which == -1 then return 'c:gpus "all"' end
	if which == false then return 'c:gpus "none"' end
	local ids = is(which, "string") and which:match "^[\"']?device=([%w,-]+)[\"']?$"
	if ids then return "c:gpus " .. text(ids) end
	if is(which, "string") and which:find "^count=%d+$" then
		return ("c:gpus { count = %s }"):format(which:match "%d+")
	end
	if is(which, "table") and which.count == "all" then return 'c:gpus "all"' end
	local n = is(which, "table") and math.tointeger(number(which.count))
	if n then return ("c:gpus { count = %d }"):format(n) end
end

function mistakes.build(v)
	if v == nil then return "c:build {}" end
	if is(v, "string") then
		if v:lower():find "dockerfile" then return ("c:build { dockerfile = %s }"):format(text(v)) end
		return ("c:build { context = %s }"):format(text(v))
	end
	local first = is(v, "table") and is(v.args, "table") and v.args[1]
	local key, value = (is(first, "string") and first or ""):match "^([^=]+)=(.*)$"
	if key then return ("c:build { args = { %s = %s } }"):format(key, text(value)) end
end

function mistakes.image(reference, opts)
	local pull = opts == "always" or opts == "never" or opts == "missing"
	if is(opts, "table") and is(opts.pull, "boolean") then
		pull, opts = true, opts.pull and "always" or "missing"
	end
	if pull and is(reference, "string") then
		return ("c:image(%s, { pull = %s })"):format(text(reference), text(opts))
	end
end

function mistakes.network(v)
	if v == false then return 'c:network "none"' end
	if v == true then return 'c:network "bridge"' end
	local first = is(v, "table") and v[1]
	if is(first, "string") then return ("c:network { allow = { %s } }"):format(text(first)) end
end

function mistakes.display(v)
	if v == true or is(v, "string") then return "c:display()" end
	if v == false then return 'c:display "none"' end
end

function mistakes.xhost(v)
	if v == true or v == "+" then return 'c:xhost "local"' end
	if v == false then return 'c:xhost "none"' end
end

function mistakes.restart(v)
	if v == true then return 'c:keep():restart "unless-stopped"' end
	if v == false then return 'c:restart "no"' end
end

function mistakes.timezone(v)
	if v == true then return 'c:timezone "host"' end
end

function mistakes.stop(v, timeout)
	local seconds = number(v) or is(v, "string") and number(v:match "^(%d+)s$")
	if is(v, "table") and is(v.timeout, "string") then seconds = number(v.timeout:match "^(%d+)s?$") end
	if seconds then return ("c:stop { timeout = %d }"):format(seconds) end
	if is(v, "string") then
		timeout = number(timeout) and (", timeout = %d"):format(timeout) or ""
		return ("c:stop { signal = %s%s }"):format(text(v), timeout)
	end
end

function mistakes.limit(v)
	if is(v, "number") then return ("c:limit { cpus = %s }"):format(v) end
	if is(v, "string") and v:lower():find "^%d+[.%d]*%s*[kmgt]?i?b?$" then
		return ("c:limit { memory = %s }"):format(text(v))
	end
	if is(v, "table") and number(v.cpus) then return ("c:limit { cpus = %s }"):format(v.cpus) end
end

function mistakes.ready(v)
	if is(v, "number") then return ("s:ready { port = %d }"):format(v) end
	if is(v, "string") and v:find "^/" then return ("s:ready { http = %s }"):format(text(v)) end
	if is(v, "string") then return ("s:ready { command = %s }"):format(text(v)) end
end

function mistakes.service(name, what)
	if is(what, "table") and is(what.image, "string") then what = what.image end
	if is(name, "table") then
		for key, t in pairs(name) do
			name, what = key, is(t, "table") and t.image or nil
		end
	end
	name = is(name, "string") and name or "db"
	if is(what, "function") and name:find "^%l[%l%d-]*$" then return nil end
	name = name:lower():gsub("_", "-")
	return ("c:service(%s, function(s) s:image %s end)"):format(text(name),
		text(is(what, "string") and what or "postgres:16"))
end

function mistakes.home(v)
	if v == nil or v == true then return 'c:home "docker/home"' end
end

function mistakes.ulimit(name, soft)
	if is(name, "table") then name, soft = next(name) end
	local key, low, high = (is(name, "string") and name or ""):match "^([%l_]+)=(%d+):?(%d*)$"
	if key then
		return ("c:ulimit(%s, %s%s)"):format(text(key), low, high ~= "" and ", " .. high or "")
	end
	if is(name, "string") and is(soft, "table") then
		return ("c:ulimit(%s, %s, %s)"):format(text(name), soft.soft or 1024, soft.hard or soft.soft or 1024)
	end
	if is(name, "string") and number(soft) then
		return ("c:ulimit(%s, %d)"):format(text(name), number(soft))
	end
end

function mistakes.on(event, handler)
	if is(event, "function") then return 'c:on("exit", function(e) print(e.code) end)' end
	local meant = ({ stop = "exit", finish = "exit", ["end"] = "exit", die = "exit", run = "start",
		started = "start", line = "log", output = "log" })[event]
	if meant == "log" then return 'c:on("log", function(e) print(e.line) end)' end
	if meant == "start" then return 'c:on("start", function() print "it runs" end)' end
	if meant then return 'c:on("exit", function(e) print(e.code) end)' end
	if is(handler, "string") then
		return ("c:on(%s, function() print %s end)"):format(text(event), text(handler))
	end
end

function mistakes.capability(v)
	if v == true then return 'c:rights "docker"' end
end

--- The line to write in place of a call of name ("c:mount") with these arguments, or nil.
return function(name, c, ...)
	local answer = mistakes[name:match "^c:(.+)$" or ""]
	local is_container = is(c, "table") and (getmetatable(c) or {}).__name == "container"
	return answer and is_container and answer(...) or nil
end
