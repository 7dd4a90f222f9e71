-- SPDX-License-Identifier: MIT
-- tries: requires a link that leads out
-- ends: refused: outside the project
require "link"
