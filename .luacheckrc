-- SPDX-License-Identifier: MIT
std = "lua54"
max_line_length = 110
files["tests/lua"] = { std = "lua54+busted" }
files["scripts/meta"] = { ignore = { "211", "212", "241", "421", "431" } }
