-- SPDX-License-Identifier: MIT
-- tries: loops where every error is caught
-- ends: refused: computed longer
while true do pcall(function() while true do error() end end) end
