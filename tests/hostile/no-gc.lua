-- SPDX-License-Identifier: MIT
-- tries: stops the collector
-- ends: refused: collectgarbage: a profile's memory
collectgarbage("stop")
