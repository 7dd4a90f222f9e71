-- SPDX-License-Identifier: MIT
-- tries: inserts into a table that lies about its length
-- ends: refused: computed longer
table.insert(setmetatable({}, { __len = function() return 1 << 40 end }), 1, 1)
