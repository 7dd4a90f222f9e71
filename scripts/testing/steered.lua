-- SPDX-License-Identifier: MIT
--- The answers to what a script does by itself. run(op, args) gives the result of each start, run
--- and exec: { code =, stdout =, stderr =, … }; or nil, message, code.
return function(run)
	local results = {}

	local function begin(op)
		return function(args)
			local r, message, code = run(op, args)
			if not r then return nil, message, code end
			results[#results + 1] = { r = r, told = {} }
			return { handle = #results, name = "container-" .. #results }
		end
	end

	local function text_of(handle, stream)
		local r = results[handle].r
		return (stream == 2 and r.stderr or r.stdout) or ""
	end

	return {
		start = begin "run", exec = begin "exec",
		wait = function(args)
			local ended = {}
			for _, id in ipairs(args.handles) do
				local how = { oom = false, timed_out = false }
				for key, value in pairs(results[id].r) do how[key] = value end
				how.stdout, how.stderr = nil, nil
				ended[tostring(id)] = how
			end
			return { ended = ended }
		end,
		output = function(args)
			local text = text_of(args.handle, args.stream)
			return { text = text, next = #text, lost = false, more = false }
		end,
		lines = function(args)
			local lines, told = {}, results[args.handle].told
			for stream = 1, 2 do
				for line in text_of(args.handle, stream):gmatch "[^\n]+" do
					if not told[stream] then lines[#lines + 1] = { stream, line } end
				end
				told[stream] = true
			end
			return { lines = lines }
		end,
		state = function() return "ended" end,
		stop = function() end, forget = function() end, sleep = function() end,
		now = function() return 0 end,
		build = function(args)
			local image = args.plan.containers.main
			return { image = image.build and image.build.tag or "built", id = "sha256:" .. ("0"):rep(64) }
		end,
		watch = function() return {} end, -- nothing changes
	}
end
