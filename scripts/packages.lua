-- SPDX-License-Identifier: MIT
--- packages.lua : as C, what setup.sh knows of the packages that a cnnrun needs which is installed
--- already. Its table is the only one.
local PURPOSES = { use = true, engine = true, base = true, gpu = true }

print '#include "base/packages.h"\nconst struct package package_table[] = {'
for line in io.lines "scripts/setup.sh" do
	local cells = {}
	for cell in (line .. "|"):gmatch "([^|]*)|" do cells[#cells + 1] = ('"%s"'):format(cell) end
	if #cells == 8 and PURPOSES[line:match "^%a+"] then
		print(("\t{%s, %s, {%s}, %s},"):format(cells[1], cells[2], table.concat(cells, ", ", 3, 7), cells[8]))
	end
end
print "\t{0, 0, {0}, 0},\n};"
