-- SPDX-License-Identifier: MIT
-- tries: loops for ever
-- ends: refused: computed longer
while true do end
