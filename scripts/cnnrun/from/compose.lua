-- SPDX-License-Identifier: MIT
local tree = require "cnnrun.from.tree"

return function(root)
	return { about = "x", options = {}, argument = "service", calls = function()
		local s = tree.get(root, "services")
		local one = tree.entries(s)[1]
		return { { "image", tree.text(tree.get(one.node, "image")), at = tree.where(one) } }
	end }
end
