-- SPDX-License-Identifier: MIT
--- What differs between two texts, line by line, with what stands around it.
local AROUND = 2

local function lines(text)
	local list = {}
	for line in text:gmatch "[^\n]*" do list[#list + 1] = line end
	if list[#list] == "" then list[#list] = nil end
	return list
end

--- How long the longest common part of each two tails is.
local function common(a, b)
	local n = {}
	for i = #a + 1, 1, -1 do
		n[i] = {}
		for j = #b + 1, 1, -1 do
			if i > #a or j > #b then
				n[i][j] = 0
			elseif a[i] == b[j] then
				n[i][j] = n[i + 1][j + 1] + 1
			else
				n[i][j] = math.max(n[i + 1][j], n[i][j + 1])
			end
		end
	end
	return n
end

--- Lines marked "- " of was, "+ " of is and "  " of both.
local function marked(was, is)
	local a, b, out = lines(was), lines(is), {}
	local n, i, j = common(a, b), 1, 1
	while i <= #a or j <= #b do
		if i <= #a and j <= #b and a[i] == b[j] then
			out[#out + 1] = "  " .. a[i]
			i, j = i + 1, j + 1
		elseif i <= #a and (j > #b or n[i + 1][j] >= n[i][j + 1]) then
			out[#out + 1] = "- " .. a[i]
			i = i + 1
		else
			out[#out + 1] = "+ " .. b[j]
			j = j + 1
		end
	end
	return out
end

--- nil where they are equal.
return function(was, is)
	if was == is then return nil end
	local all, near = marked(was, is), {}
	for i, line in ipairs(all) do
		if not line:find "^ " then
			for k = i - AROUND, i + AROUND do near[k] = true end
		end
	end
	local out, last = {}, 0
	for i, line in ipairs(all) do
		if near[i] then
			if i > last + 1 then out[#out + 1] = "  …" end
			out[#out + 1] = line
			last = i
		end
	end
	if last < #all then out[#out + 1] = "  …" end
	return table.concat(out, "\n")
end
