-- SPDX-License-Identifier: MIT
-- tries: moves 2^40 elements
-- ends: refused: computed longer
table.move({}, 1, 1 << 40, 2)
