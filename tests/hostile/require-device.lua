-- SPDX-License-Identifier: MIT
-- tries: requires a link to an endless device
-- ends: refused
require "zero"
