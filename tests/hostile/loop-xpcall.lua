-- SPDX-License-Identifier: MIT
-- tries: an error handler that raises, again and again
-- ends: refused: computed longer
while true do xpcall(error, function() error "again" end) end
