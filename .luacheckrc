-- SPDX-License-Identifier: MIT
std = "lua54"
max_line_length = 110
files["examples/specs"] = { std = "lua54+busted" }
files["tests/lua"] = { std = "lua54+busted" }
files["scripts/meta"] = { ignore = { "211", "212", "241", "421", "431" } }
-- Bad code on purpose, and deeper than luacheck can follow.
exclude_files = { "tests/hostile" }
files["tests/lua/mistakes_*.lua"] = { max_line_length = 125 }
