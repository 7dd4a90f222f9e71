-- SPDX-License-Identifier: MIT
--- Variables of the host that calls still hold become options of the profile.

--- A name that options may have and that is not taken.
local function name_for(variable, taken)
	local name = variable:lower():gsub("[^a-z0-9_]", "_"):gsub("^[^a-z]+", ""):sub(1, 30)
	if name == "" or name == "args" or name == "help" or name == "right" then name = "value" .. name end
	local free, n = name, 2
	if taken[name] then free = "the_" .. name end
	while taken[free] do free, n = name .. n, n + 1 end
	taken[free] = true
	return free
end

--- An option's default is plain text, or a fact.
local function default_of(scope, text)
	return (text:gsub("\1%$(%d+)\2", function(n)
		return default_of(scope, scope.met[tonumber(n)].default or "")
	end))
end

local function option_for(scope, met, n, numbers, taken)
	local option = { name = name_for(met.name, taken) }
	if not met.command and not met.name:find "^word%d" then option.env = met.name end
	if met.default then
		option.default = default_of(scope, met.default)
		local number = numbers[n] and option.default:find "^[1-9]%d*%.?%d*$" and tonumber(option.default)
		option.default = number or option.default
	else
		option.required = true
		option.type = numbers[n] and "number" or nil
	end
	if not option.env then option.about = met.raw:gsub("%s+", " "):sub(1, 60) end
	return option
end

--- calls: settled in place. scope: of cnnrun.from.expand. options: those that are there already.
--- numbers: which of the variables are numbers. names: that no option may have.
return function(calls, scope, options, numbers, names)
	local taken, same, settled = {}, {}, {}
	for _, name in ipairs(names or {}) do taken[name:gsub("-", "_")] = true end
	for _, o in ipairs(options) do taken[o.name] = true end
	local order = {}
	local function put(n)
		n = math.tointeger(tonumber(n))
		local met = scope.met[n]
		local key = ("%s\0%s\0%s"):format(met.name, met.default or "", met.command and met.raw or "")
		if not same[key] then
			local option = option_for(scope, met, n, numbers or {}, taken)
			options[#options + 1] = option
			order[option] = n
			same[key] = option.name
		end
		return "\1" .. same[key] .. "\2"
	end
	local function walk(v)
		if type(v) == "string" then return (v:gsub("\1@args\2", ""):gsub("\1%$(%d+)\2", put)) end
		if type(v) ~= "table" or settled[v] then return v end
		settled[v] = true
		local copy = {}
		for key, item in pairs(v) do copy[key] = item end
		for key, item in pairs(copy) do
			if key ~= "comment" then v[key] = walk(item) end
		end
		return v
	end
	for _, call in ipairs(calls) do walk(call) end
	table.sort(options, function(a, b) return (order[a] or 0) < (order[b] or 0) end)
	return options
end
