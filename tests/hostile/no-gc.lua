-- SPDX-License-Identifier: MIT
-- tries: stops the collector
-- ends: refused: 'collectgarbage'
collectgarbage("stop")
