-- SPDX-License-Identifier: MIT
-- tries: unpacks 2^30 values
-- ends: refused: too many results
return table.unpack({}, 1, 1 << 30)
