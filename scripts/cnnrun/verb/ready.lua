-- SPDX-License-Identifier: MIT
local check = require "cnnrun.check"

local PLACE = { port = check.integer, path = check.string }

--- "/health" or { port = 8080, path = "/health" }.
local function http(v, what)
	if type(v) == "string" then return { path = check.string(v, what) } end
	local place = check.fields(v, PLACE, what)
	place.path = place.path or "/"
	return place
end

local words = check.list_of(check.value)
local function command(v, what)
	if type(v) == "string" and v:find " " then v = { "sh", "-c", v } end
	return words(v, what)
end

local FIELDS = {
	command = command, port = check.integer, log = check.string, http = http, done = check.boolean,
	interval = check.time, timeout = check.time,
}
local WAYS = { "command", "port", "log", "http", "done" }

---@class cnnrun.Ready
---@field command? string|string[] succeeds in it
---@field port? integer takes connections
---@field log? string part of a line that it prints
---@field http? string|{ port: integer, path: string } answers with 2xx or 3xx; on port, else 80
---@field done? boolean it has ended, with status 0: for what is done once, as a migration
---@field interval? string|number between two looks, 1 s
---@field timeout? string|number after which it has failed, 60 s

--- Of a service: when it can be used. A later call replaces what it says.
--- Forms: `s:ready { port = 5432 }`, `s:ready { command = { "pg_isready" } }`,
--- `s:ready { log = "ready to accept" }`, `s:ready { http = "/health", port = 8080 }`,
--- `s:ready { done = true }`, `s:ready { interval = "500ms", timeout = "2m" }`
--- Default: its image's health check succeeds; without one: its command runs
---@param how cnnrun.Ready
local function ready(r, how, ...)
	check.no_more(...)
	local t = check.fields(how, FIELDS, "the argument")
	if not next(t) then
		check.fail("needs { port = ... }, { command = ... }, { log = ... }, { http = ... } or { done = true }")
	end
	local way = t.command or t.port or t.log or t.http or t.done
	for _, key in ipairs(way and WAYS or {}) do r:set("ready/" .. key, nil) end
	if t.http then
		t.port = t.http.port or t.port
		t.http = t.http.path
	end
	for key, value in pairs(t) do r:set("ready/" .. key, value) end
end

return { ready = ready }
