-- SPDX-License-Identifier: MIT
--- In which order a person writes the calls of a profile.
local ORDER = { "build", "image", "user", "rights", "privileged", "capability", "drop", "security", "home",
	"mount", "volume", "tmpfs", "workdir", "readonly", "gpus", "device", "display", "wayland", "audio", "dbus",
	"ssh_agent", "timezone", "env", "env_file", "network", "port", "host", "dns", "limit", "ulimit", "shm",
	"ipc", "pid", "sysctl", "cgroup_parent", "init", "detach", "keep", "restart", "stop", "detach_keys",
	"name", "hostname", "label", "entrypoint", "command" }
local RANK = {}
for i, verb in ipairs(ORDER) do RANK[verb] = i end

--- A new list; what is said by a comment alone stays before what it stood before.
return function(calls)
	local rank, place, next_rank = {}, {}, #ORDER + 1
	for i = #calls, 1, -1 do
		local call = calls[i]
		if call[1] then next_rank = RANK[call[1]] or #ORDER + 1 end
		rank[call], place[call] = next_rank, i
	end
	local sorted = { table.unpack(calls) }
	table.sort(sorted, function(a, b)
		if rank[a] ~= rank[b] then return rank[a] < rank[b] end
		return place[a] < place[b]
	end)
	return sorted
end
