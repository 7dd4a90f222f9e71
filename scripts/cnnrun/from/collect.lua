-- SPDX-License-Identifier: MIT
--- What a converter collects: calls, and notes of what is left out. self has lists of both.
local tree = require "cnnrun.from.tree"

local collect = {}

function collect:add(node, ...)
	local one = { ... }
	one.at = tree.where(node)
	table.insert(self.calls, one)
end

--- Something that is left out: a line for who runs it, a comment for who reads it.
function collect:say(node, what, why)
	table.insert(self.calls, { comment = ("%s: %s"):format(what, why), at = tree.where(node) })
	table.insert(self.notes, ("%s: %s: left out: %s"):format(tree.where(node), what, why))
end

return collect
