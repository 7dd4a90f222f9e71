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

--- Starts a container; several may run at once. Inside setup and event handlers only, as all
--- that follows but now and known.
---@param c cnnrun.container
---@param opts? cnnrun.StartOptions
---@return cnnrun.Handle|nil handle
---@return string? message
---@return integer? code
function cnn.start(c, opts) end

--- Runs a container to its end.
---@param c cnnrun.container
---@param opts? cnnrun.RunOptions
---@return cnnrun.Result|nil result
---@return string? message
---@return integer? code
function cnn.run(c, opts) end

--- Waits for all of them: their results, in the same order.
---@param handles cnnrun.Handle[]
---@param opts? cnnrun.WaitOptions
---@return cnnrun.Result[]|nil results
---@return string? message
---@return integer? code
function cnn.all(handles, opts) end

--- Waits for the first of them.
---@param handles cnnrun.Handle[]
---@param opts? cnnrun.WaitOptions
---@return cnnrun.Handle|nil handle
---@return cnnrun.Result|string result or the message
---@return integer? code
function cnn.any(handles, opts) end

--- Makes the image of a container.
---@param c cnnrun.container
---@return { image: string, id: string }|nil
---@return string? message
---@return integer? code
function cnn.build(c) end

--- Waits: a number of seconds, or "500ms", "2s", "1m".
---@param time number|string
---@return true|nil
---@return string? message
---@return integer? code
function cnn.sleep(time) end

--- Seconds since 1970.
---@return number
function cnn.now() end

--- An iterator: the paths that changed, each time some did.
---@param paths string|string[] files and directories of the project
---@param opts? cnnrun.WatchOptions
---@return fun(): string[]|nil
function cnn.watch(paths, opts) end

--- Is that a value that `cnnrun plan` knows? Always true while containers really run.
---@param value any
---@return boolean
function cnn.known(value) end

--- Runs a command in a running container.
---@param container string|cnnrun.Handle name, id or handle
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
---@field rights? string[] all that it may ever ask for, as `cnnrun allow --right` has them

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
---@field oom boolean the kernel ended something in it for want of memory
---@field timed_out boolean its timeout was over
---@field seconds number
---@field digest? string id of its image
---@field stdout? string with capture = true
---@field stderr? string with capture = true
---@field truncated? boolean there was more than the last 8 MiB of each
---@field detached? boolean it goes on
---@field error? string from cnn.all and cnn.any: why it could not be started

---@class cnnrun.RunOptions
---@field capture? boolean for the result, in place of showing it
---@field input? string
---@field timeout? number|string after which it is ended
---@field label? string before each line that it prints, in place of its name

---@class cnnrun.StartOptions
---@field capture? boolean for the result, in place of showing it
---@field input? string
---@field timeout? number|string after which it is ended
---@field label? string before each line that it prints, in place of its name
---@field jobs? integer starts once fewer run

---@class cnnrun.WaitOptions
---@field timeout? number|string

---@class cnnrun.WatchOptions
---@field debounce? number|string how long nothing more changes, 100ms
---@field timeout? number|string after which the loop ends

--- What cnn.start gave.
---@class cnnrun.Handle
local handle = {}

--- Its result once it has ended; nil when it could not be started, or still runs then.
---@param opts? cnnrun.WaitOptions
---@return cnnrun.Result|nil result
---@return string? message
---@return integer? code
function handle:wait(opts) end

--- Asks it to end, ends it when it does not, and waits for that.
---@return cnnrun.Result|nil result
---@return string? message
---@return integer? code
function handle:stop() end

--- Runs a command in it.
---@param command string|string[]
---@param opts? cnnrun.ExecOptions
---@return cnnrun.Result|nil result
---@return string? message
---@return integer? code
function handle:exec(command, opts) end

---@return "starting"|"running"|"ended"|nil
---@return string? message
---@return integer? code
function handle:state() end

--- The name of its container.
---@return string
function handle:name() end

--- What it has printed so far.
---@return string|nil stdout
---@return string stderr or the message
---@return integer? code
function handle:logs() end

--- An iterator over its lines, which waits for the next.
---@return fun(): string|nil, "stdout"|"stderr"
function handle:lines() end

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
