-- SPDX-License-Identifier: MIT
--- A line as the words that a shell would make of it, as compose does: quotes and backslashes,
--- and nothing else is special.
--- nil and why when it has no end.
return function(text)
	local list, word, at = {}, nil, 1
	while at <= #text do
		local c = text:sub(at, at)
		if c:find "%s" then
			list[#list + 1], word = word, nil
		elseif c == "'" then
			local stop = text:find("'", at + 1, true)
			if not stop then return nil, "a quote does not end" end
			word = (word or "") .. text:sub(at + 1, stop - 1)
			at = stop
		elseif c == '"' then
			word = word or ""
			at = at + 1
			while text:sub(at, at) ~= '"' do
				if at > #text then return nil, "a quote does not end" end
				if text:find('^\\["\\$`]', at) then at = at + 1 end
				local stop = text:find('["\\]', at + 1) or #text + 1
				word = word .. text:sub(at, stop - 1)
				at = stop
			end
		else
			if c == "\\" then at = at + 1 end
			local stop = text:find("[%s'\"\\]", at + 1) or #text + 1
			word = (word or "") .. text:sub(at, stop - 1)
			at = stop - 1
		end
		at = at + 1
	end
	list[#list + 1] = word
	return list
end
