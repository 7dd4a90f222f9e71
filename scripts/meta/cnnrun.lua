---@meta cnnrun
-- SPDX-License-Identifier: MIT
-- What an editor with the Lua language server knows about profiles. A test compares this
-- file with the library, both ways.

---@class cnnrun
---@field version string
---@field host cnnrun.host
---@field project cnnrun.project
---@field json cnnrun.json
local cnn = {}

--- The value a profile file returns.
---@param t cnnrun.Profile
---@return cnnrun.Profile
function cnn.profile(t) end

--- An empty container, for scripts that steer several.
---@return cnnrun.container
function cnn.container() end

--- Runs a container to its end. Inside setup only.
---@param c cnnrun.container
---@param opts? cnnrun.RunOptions
---@return cnnrun.Result|nil result
---@return string? message
---@return integer? code
function cnn.run(c, opts) end

--- Runs a command in a running container. Inside setup and event handlers only.
---@param container string name or id
---@param command string|string[]
---@param opts? cnnrun.ExecOptions
---@return cnnrun.Result|nil result
---@return string? message
---@return integer? code
function cnn.exec(container, command, opts) end

---@class cnnrun.Profile
---@field about? string one line for `cnnrun list` and --help
---@field options? table<string, cnnrun.Option>
---@field setup fun(c: cnnrun.container, opt: table<string, any>) calls verbs; opt.args is what follows --
---@field action? "run"|"build"|"none" what is done with the plan

---@class cnnrun.Option
---@field short? string one letter
---@field about? string
---@field type? "string"|"number"|"boolean"|"list" by its default, else "string"
---@field default? any
---@field choices? any[]
---@field env? string the variable that it is taken from where the line does not say it
---@field required? boolean

---@class cnnrun.Result
---@field code integer exit status
---@field stdout? string with capture = true
---@field stderr? string with capture = true
---@field seconds number

---@class cnnrun.RunOptions
---@field capture? boolean
---@field input? string

---@class cnnrun.ExecOptions
---@field capture? boolean
---@field input? string
---@field user? string
---@field workdir? string

---@class cnnrun.Gpu
---@field index integer
---@field uuid string
---@field name string
---@field memory integer bytes
---@field mig_of? integer for a MIG device: the index of its GPU

---@class cnnrun.User
---@field uid integer
---@field gid integer
---@field name string
---@field home string
---@field group string
---@field groups { name: string, gid: integer }[]

--- Facts of this machine; nil, message, code when the host cannot tell.
---@class cnnrun.host
local host = {}

---@return cnnrun.Gpu[]|nil
---@return string? message
---@return integer? code
function host.gpus() end

---@return cnnrun.User|nil
---@return string? message
---@return integer? code
function host.user() end

---@return table|nil
---@return string? message
---@return integer? code
function host.engine() end

--- The processor, in the words of images: "amd64", "arm64", "riscv64" …
---@return string|nil
---@return string? message
---@return integer? code
function host.arch() end

--- The name of this machine.
---@return string|nil
---@return string? message
---@return integer? code
function host.name() end

--- Only what describes terminal and language: TERM, LANG, LC_*, TZ, USER, DISPLAY …
---@param name string
---@return string|nil
---@return string? message
---@return integer? code
function host.env(name) end

--- Files of the project, and only those; none in a directory that nothing marks as one.
---@class cnnrun.project
local project = {}

---@param path string
---@return boolean|nil
---@return string? message
---@return integer? code
function project.exists(path) end

---@param path string
---@return string|nil text
---@return string? message
---@return integer? code
function project.read(path) end

--- The project's directory, absolute.
---@return string|nil
---@return string? message
---@return integer? code
function project.dir() end

--- What a shell's pattern matches in the project, in order, relative to it.
---@param pattern string
---@return string[]|nil
---@return string? message
---@return integer? code
function project.glob(pattern) end

---@class cnnrun.json
local json = {}

---@param value any
---@return string
function json.encode(value) end

---@param text string
---@return any
function json.decode(text) end

return cnn
