---@meta cnnrun.testing
-- SPDX-License-Identifier: MIT
-- What `cnnrun test` gives to specs of profiles. A test compares this file with the library.

---@class cnnrun.testing
local testing = {}

--- A machine that is not there: what a profile's questions are answered. What is not said has a
--- value that never changes.
---@param facts? cnnrun.testing.Facts
---@return cnnrun.testing.Host
function testing.host(facts) end

--- Answers to cnn.run and cnn.exec, one after the other.
---@param list cnnrun.testing.Answer[]
---@return fun(run: cnnrun.testing.Run): cnnrun.testing.Answer
function testing.runs(list) end

--- The plan of a profile, as `cnnrun plan --json` has it. An error is raised as it would be told.
---@param profile string its file, from the project's directory; "profiles/gui.lua" came with cnnrun
---@param options? table<string, any> as on the command line; args is what follows --
---@param host? cnnrun.testing.Host|cnnrun.testing.Facts
---@return cnnrun.testing.Plan
function testing.plan(profile, options, host) end

--- Why a profile makes no plan; fails where it makes one.
---@param profile string
---@param options? table<string, any>
---@param host? cnnrun.testing.Host|cnnrun.testing.Facts
---@return string message
function testing.refused(profile, options, host) end

--- Is the plan that of golden/NAME.json beside the spec? `cnnrun test --update` writes it.
---@param plan cnnrun.testing.Plan
---@param name? string the profile's and its options', unless given
function testing.golden(plan, name) end

---@class cnnrun.testing.Facts
---@field gpus? integer|table[] how many, or what is different about each
---@field user? string|table a name, or { name =, uid =, groups = { "video" } }
---@field engine? table|false false: none answers
---@field arch? string "amd64"
---@field name? string of the machine
---@field env? table<string, string> all variables; those that a profile may not read only serve options
---@field display? string ":0"
---@field project? string its directory
---@field files? table<string, string> path = text, all that the project holds; without, its real files
---@field changes? string[][] what cnn.watch tells, one after the other
---@field runs? fun(run: cnnrun.testing.Run): cnnrun.testing.Answer|cnnrun.testing.Answer[]

---@class cnnrun.testing.Host

---@class cnnrun.testing.Answer
---@field code? integer
---@field stdout? string
---@field stderr? string
---@field seconds? number
---@field oom? boolean
---@field timed_out? boolean
---@field running? boolean until it is stopped
---@field error? string why it could not be started

---@class cnnrun.testing.Run
---@field op "run"|"exec"|"build"
---@field main? table the container that was to run
---@field plan? table
---@field container? string
---@field command? string[]
---@field input? string
---@field capture? boolean

---@class cnnrun.testing.Plan
---@field version integer
---@field about? string
---@field containers table<string, table>
---@field main table containers.main
---@field at? table<string, string> the lines of the profile that asked
---@field profile table its description: about, options, action
---@field printed string[] what the profile said
---@field runs cnnrun.testing.Run[] what its script ran
local plan = {}

--- Tells the profile's handlers (c:on).
---@param name "start"|"log"|"exit"
---@param data? table
---@return cnnrun.testing.Plan
function plan:event(name, data) end

return testing
