-- SPDX-License-Identifier: MIT
--- words.lua : the words of scripts/cnnrun/familiar.lua as C, for options of a command line that
--- belong into a profile.
package.path = "scripts/?.lua;" .. package.path
local familiar = require "cnnrun.familiar"

local function quoted(text) return '"' .. text:gsub('["\\]', "\\%0") .. '"' end

local all, names = {}, {}
for _, from in ipairs { familiar.words, familiar.models } do
	for name, answer in pairs(from) do all[name] = familiar.told(answer) end
end
for name in pairs(all) do names[#names + 1] = name end
table.sort(names)

print '#include "cli/option/familiar.h"\nconst struct familiar_word familiar_words[] = {'
for _, name in ipairs(names) do print(("\t{%s, %s},"):format(quoted(name), quoted(all[name]))) end
print "\t{0, 0},\n};"
