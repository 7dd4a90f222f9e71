-- SPDX-License-Identifier: MIT
--- The nearest known name to a mistyped one.

--- Edits (insert, delete, replace, swap neighbours) between two short words.
local function distance(a, b)
	local before, last = {}, {}
	for j = 0, #b do last[j] = j end
	for i = 1, #a do
		local row = { [0] = i }
		for j = 1, #b do
			local same = a:byte(i) == b:byte(j)
			row[j] = math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same and 0 or 1))
			if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
				row[j] = math.min(row[j], before[j - 2] + 1)
			end
		end
		before, last = last, row
	end
	return last[#b]
end

--- The key of `known` that `name` may have meant, or nil.
--- @param name any
--- @param known table<string, any>
--- @return string|nil
local function near(name, known)
	if type(name) ~= "string" or #name > 40 then return nil end
	local best, least = nil, math.max(1, (#name + 1) // 3) + 1
	for key in pairs(known) do
		if type(key) == "string" then
			local d = distance(name:lower(), key)
			if d < least or (d == least and best and key < best) then best, least = key, d end
		end
	end
	return best
end

return near
