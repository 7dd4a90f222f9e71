-- SPDX-License-Identifier: MIT
-- tries: requires a profile that is a pipe
-- ends: refused
require "profiles.pipe"
