-- SPDX-License-Identifier: MIT
--- What the jailed child of `cnnrun init --from` does: it is given what a person has, and says
--- the text of a profile in the place of a plan.
local door = require "cnnrun.door"

local given = door.call("describe", {})
local text, says = require "cnnrun.from.profile_text"(given)
door.call("plan", { plan = { text = text, set = says.set, required = says.required }, on = {} })
