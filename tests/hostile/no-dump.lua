-- SPDX-License-Identifier: MIT
-- tries: makes bytecode
-- ends: refused: 'dump'
string.dump(function() end)
