-- SPDX-License-Identifier: MIT
-- tries: reads the registry
-- ends: refused: debug.getregistry: a profile has no debug
debug.getregistry()
