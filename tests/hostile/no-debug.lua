-- SPDX-License-Identifier: MIT
-- tries: reads the registry
-- ends: refused: 'debug'
debug.getregistry()
