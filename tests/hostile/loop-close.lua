-- SPDX-License-Identifier: MIT
-- tries: loops in a to-be-closed variable while an error unwinds
-- ends: refused: computed longer
local x <close> = setmetatable({}, { __close = function() while true do end end })
error "x"
