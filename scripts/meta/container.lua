---@meta cnnrun.container
-- SPDX-License-Identifier: MIT

--- What setup is given. Every verb returns the container again. A later call of a verb with
--- one value replaces the value, of a verb with a list adds to the list.
---@class cnnrun.container
local container = {}

---@class cnnrun.BuildOptions
---@field tag string the name of the image
---@field context? string directory, "." unless given
---@field dockerfile? string
---@field target? string stage
---@field network? string
---@field platform? string
---@field base? string passed as build argument BASE_IMAGE
---@field args? table<string, string|number|boolean>
---@field labels? table<string, string|number|boolean>
---@field cache_from? string|string[]
---@field pull? boolean
---@field no_cache? boolean

--- The container runs an image built from the project.
---@param opts cnnrun.BuildOptions
---@return cnnrun.container
function container:build(opts) end

---@class cnnrun.ImageOptions
---@field pull? "missing"|"always"|"never"

--- The container runs an existing image.
---@param reference string
---@param opts? cnnrun.ImageOptions
---@return cnnrun.container
function container:image(reference, opts) end

---@class cnnrun.MountOptions
---@field readonly? boolean
---@field optional? boolean left out when the source is missing
---@field create? boolean make the missing source, as the user

---@class cnnrun.Mount
---@field source string
---@field target string
---@field readonly? boolean
---@field optional? boolean
---@field create? boolean

--- A path of the host in the container.
---@param source string|cnnrun.Mount absolute, or relative to the project
---@param target? string
---@param opts? cnnrun.MountOptions
---@return cnnrun.container
function container:mount(source, target, opts) end

--- Takes back a mount, volume or tmpfs.
---@param target string
---@return cnnrun.container
function container:unmount(target) end

---@class cnnrun.VolumeOptions
---@field readonly? boolean

--- Storage that the engine keeps by name.
---@param name string
---@param target string
---@param opts? cnnrun.VolumeOptions
---@return cnnrun.container
function container:volume(name, target, opts) end

---@class cnnrun.TmpfsOptions
---@field size? string|integer "1g"
---@field mode? string|integer "1777"

--- A directory in memory.
---@param target string
---@param opts? cnnrun.TmpfsOptions
---@return cnnrun.container
function container:tmpfs(target, opts) end

--- The container's root file system cannot be written.
---@param on? boolean
---@return cnnrun.container
function container:readonly(on) end

--- Where the command starts.
---@param path string
---@return cnnrun.container
function container:workdir(path) end

---@class cnnrun.UserTable
---@field uid? integer
---@field gid? integer
---@field name? string
---@field groups? string[]

---@class cnnrun.UserOptions
---@field groups? string[]

--- Who the container runs as.
---@param who "host"|"image"|"root"|string|cnnrun.UserTable
---@param opts? cnnrun.UserOptions
---@return cnnrun.container
function container:user(who, opts) end

---@class cnnrun.HomeOptions
---@field target? string

--- A directory of the project is the user's home.
---@param source string
---@param opts? cnnrun.HomeOptions
---@return cnnrun.container
function container:home(source, opts) end

---@class cnnrun.GpuCount
---@field count integer
---@field optional? boolean
---@field capabilities? string[]

---@class cnnrun.GpuOptions
---@field optional? boolean
---@field capabilities? string[]

--- NVIDIA GPUs: "0", "2,3", "all", "none", "GPU-<uuid>", "MIG-<uuid>", a list, { count = 2 }.
---@param which string|integer|(string|integer)[]|cnnrun.GpuCount
---@param opts? cnnrun.GpuOptions
---@return cnnrun.container
function container:gpus(which, opts) end

---@class cnnrun.DeviceOptions
---@field permissions? string some of "rwm"
---@field optional? boolean

--- A device node of the host.
---@param source string
---@param target? string|cnnrun.DeviceOptions
---@param opts? cnnrun.DeviceOptions
---@return cnnrun.container
function container:device(source, target, opts) end

---@param target string
---@return cnnrun.container
function container:undevice(target) end

---@class cnnrun.Optional
---@field optional? boolean go without where the host has none

--- Windows on the host's screen, by the least access that works.
---@param how? "auto"|"cookie"|"xhost"|"none"|cnnrun.Optional
---@param opts? cnnrun.Optional
---@return cnnrun.container
function container:display(how, opts) end

--- Whom the X server admits while the container runs.
---@param who? "user"|"local"|"none"
---@return cnnrun.container
function container:xhost(who) end

---@param opts? cnnrun.Optional|false
---@return cnnrun.container
function container:wayland(opts) end

---@param opts? cnnrun.Optional|false
---@return cnnrun.container
function container:audio(opts) end

---@param opts? cnnrun.Optional|false
---@return cnnrun.container
function container:dbus(opts) end

--- Sets variables; with a name alone passes the host's value. A secret is never shown.
---@param name string|table<string, string|number|boolean>
---@param value? string|number|boolean
---@param opts? { secret?: boolean }
---@return cnnrun.container
function container:env(name, value, opts) end

---@param name string
---@return cnnrun.container
function container:unenv(name) end

--- Variables from a file of NAME=value lines.
---@param path string
---@return cnnrun.container
function container:env_file(path) end

---@param zone "host"|string "Europe/Berlin"
---@return cnnrun.container
function container:timezone(zone) end

--- What runs in the container.
---@param first string|(string|number)[]
---@param ... string|number
---@return cnnrun.container
function container:command(first, ...) end

--- The program that gets the command as its arguments.
---@param first string|(string|number)[]
---@param ... string|number
---@return cnnrun.container
function container:entrypoint(first, ...) end

--- A small init reaps processes and passes signals on; on unless switched off.
---@param on? boolean
---@return cnnrun.container
function container:init(on) end

---@param on? boolean
---@return cnnrun.container
function container:tty(on) end

---@class cnnrun.StopOptions
---@field signal? string|integer
---@field timeout? integer seconds

--- How it is asked to end, and when it is ended.
---@param opts cnnrun.StopOptions
---@return cnnrun.container
function container:stop(opts) end

--- Runs in the background.
---@param on? boolean
---@return cnnrun.container
function container:detach(on) end

---@param keys string "ctrl-p,ctrl-q"
---@return cnnrun.container
function container:detach_keys(keys) end

---@param policy "no"|"on-failure"|"always"|"unless-stopped"|string
---@return cnnrun.container
function container:restart(policy) end

--- Leaves the container after its end.
---@param on? boolean
---@return cnnrun.container
function container:keep(on) end

--- Lets the engine keep the output of a foreground container.
---@param on? boolean
---@return cnnrun.container
function container:log(on) end

---@class cnnrun.Event
---@field id? string start: the container
---@field stream? "stdout"|"stderr" log
---@field line? string log: one line, without its end
---@field code? integer exit: the status

--- Calls a function while the container runs.
---@param event "start"|"log"|"exit"
---@param handler fun(e: cnnrun.Event)
---@return cnnrun.container
function container:on(event, handler) end

---@param name string
---@return cnnrun.container
function container:name(name) end

---@param name string
---@return cnnrun.container
function container:hostname(name) end

---@param key string
---@param value? string|number|boolean
---@return cnnrun.container
function container:label(key, value) end

---@param key string
---@return cnnrun.container
function container:unlabel(key) end

---@param name "bridge"|"none"|"host"|string
---@return cnnrun.container
function container:network(name) end

---@class cnnrun.Port
---@field container integer
---@field host? integer 0 = the engine chooses
---@field host_ip? string 127.0.0.1 unless given
---@field protocol? "tcp"|"udp"|"sctp"

--- A port of the host leads into the container: 8080, "8080:80", "0.0.0.0:8080:80/udp".
---@param port integer|string|cnnrun.Port
---@return cnnrun.container
function container:port(port) end

---@param container_port integer
---@return cnnrun.container
function container:unport(container_port) end

--- The container finds a machine under a name.
---@param name string
---@param address string an IP address or "host-gateway"
---@return cnnrun.container
function container:host(name, address) end

---@param address string
---@return cnnrun.container
function container:dns(address) end

---@class cnnrun.LimitOptions
---@field cpus? number
---@field memory? string|integer
---@field swap? string|integer memory and swap together; "unlimited"
---@field pids? integer
---@field cpuset? string "0-3,7"

--- The most the container may use.
---@param opts cnnrun.LimitOptions
---@return cnnrun.container
function container:limit(opts) end

---@param name string "nofile"
---@param soft integer|"unlimited"
---@param hard? integer|"unlimited"
---@return cnnrun.container
function container:ulimit(name, soft, hard) end

--- The size of /dev/shm.
---@param size string|integer
---@return cnnrun.container
function container:shm(size) end

---@param mode "private"|"shareable"|"host"|"none"
---@return cnnrun.container
function container:ipc(mode) end

---@param mode "host"|"private"
---@return cnnrun.container
function container:pid(mode) end

---@param name string
---@param value string|number
---@return cnnrun.container
function container:sysctl(name, value) end

--- Adds a Linux capability; all are dropped unless asked for.
---@param name string "SYS_PTRACE"
---@return cnnrun.container
function container:capability(name) end

---@param name string
---@return cnnrun.container
function container:drop(name) end

---@param option string "seccomp=unconfined"
---@return cnnrun.container
function container:security(option) end

--- Every right on the host; must be granted.
---@param on? boolean
---@return cnnrun.container
function container:privileged(on) end

return container
