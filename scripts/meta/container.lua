---@meta cnnrun.container
-- SPDX-License-Identifier: MIT
-- Made by scripts/docs.lua of what stands above each verb: change it there.

--- What setup is given. Every verb returns the container again. A later call of a verb with
--- one value replaces the value, of a verb with a list adds to the list; un… takes back.
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
--- Forms: `c:build { tag = "demo:latest" }`; also `context`, `dockerfile`, `target`,
--- `args = {}`, `labels = {}`, `base`, `network`, `platform`, `cache_from`, `pull`, `no_cache`
--- Default: context `"."`, its `Dockerfile`
---@param opts cnnrun.BuildOptions
---@return cnnrun.container
function container:build(opts) end

---@class cnnrun.ImageOptions
---@field pull? "missing"|"always"|"never"

--- The container runs an existing image.
--- Forms: `c:image "debian:12"`, `c:image("debian:12", { pull = "always" })`: `missing`,
--- `always`, `never`
--- Default: pulled when missing
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
--- Forms: `c:mount(".", "/work")`,
--- `c:mount("/data", "/data", { readonly = true, optional = true })`, `{ create = true }` makes
--- a missing directory as you; `c:unmount "/work"`
--- Default: writable; the source must exist
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
--- Forms: `c:volume("cache", "/var/cache")`,
--- `c:volume("cache", "/var/cache", { readonly = true })`; `c:unmount "/var/cache"`
---@param name string
---@param target string
---@param opts? cnnrun.VolumeOptions
---@return cnnrun.container
function container:volume(name, target, opts) end

---@class cnnrun.TmpfsOptions
---@field size? string|integer "1g"
---@field mode? string|integer "1777"

--- A directory in memory.
--- Forms: `c:tmpfs "/scratch"`, `c:tmpfs("/scratch", { size = "1g", mode = "1777" })`;
--- `c:unmount "/scratch"`
--- Default: mode 1777
---@param target string
---@param opts? cnnrun.TmpfsOptions
---@return cnnrun.container
function container:tmpfs(target, opts) end

--- Where the command starts.
--- Forms: `c:workdir "/work"`
--- Default: the image's
---@param path string
---@return cnnrun.container
function container:workdir(path) end

--- The container's root file system cannot be written.
--- Forms: `c:readonly()`
--- Default: writable
---@param on? boolean
---@return cnnrun.container
function container:readonly(on) end

---@class cnnrun.UserTable
---@field uid? integer
---@field gid? integer
---@field name? string
---@field groups? string[]

---@class cnnrun.UserOptions
---@field groups? string[]

--- Who the container runs as.
--- Forms: `c:user "host"`, `c:user "image"`, `c:user "root"`, `c:user "1000:1000"`,
--- `c:user { uid = 1000, gid = 1000, name = "me" }`, `c:user("host", { groups = { "dialout" } })`
--- Default: `"host"`: you
---@param who "host"|"image"|"root"|string|cnnrun.UserTable
---@param opts? cnnrun.UserOptions
---@return cnnrun.container
function container:user(who, opts) end

---@class cnnrun.HomeOptions
---@field target? string

--- A directory of the project is the user's home, so that histories and settings stay.
--- Forms: `c:home "docker/home"`, `c:home("docker/home", { target = "/home/me" })`
--- Default: an empty `/home/NAME`
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

--- NVIDIA GPUs for the container.
--- Forms: `c:gpus "0"`, `c:gpus "2,3"`, `c:gpus "all"`, `c:gpus "none"`,
--- `c:gpus { count = 2 }`, `c:gpus "GPU-<uuid>"`, `c:gpus "MIG-<uuid>"`; options
--- `optional = true`, `capabilities = { "compute" }`
--- Default: none; `compute, utility` and, with a display, `graphics, display`
---@param which string|integer|(string|integer)[]|cnnrun.GpuCount
---@param opts? cnnrun.GpuOptions
---@return cnnrun.container
function container:gpus(which, opts) end

---@class cnnrun.DeviceOptions
---@field permissions? string some of "rwm"
---@field optional? boolean

--- A device node of the host.
--- Forms: `c:device "/dev/ttyUSB0"`,
--- `c:device("/dev/ttyUSB0", "/dev/ttyS0", { permissions = "rw", optional = true })`;
--- `c:undevice "/dev/ttyS0"`
--- Default: permissions `rwm`
---@param source string
---@param target? string|cnnrun.DeviceOptions
---@param opts? cnnrun.DeviceOptions
---@return cnnrun.container
function container:device(source, target, opts) end

--- Takes back a device.
---@param target string
---@return cnnrun.container
function container:undevice(target) end

---@class cnnrun.Optional
---@field optional? boolean go without where the host has none

--- Windows on the host's screen, by the least access that works.
--- Forms: `c:display()`, `c:display "cookie"`, `c:display "xhost"`, `c:display "none"`,
--- `c:display { optional = true }`
--- Default: none; `c:display()` is `"auto"`
---@param how? "auto"|"cookie"|"xhost"|"none"|cnnrun.Optional
---@param opts? cnnrun.Optional
---@return cnnrun.container
function container:display(how, opts) end

--- While the container runs, the X server admits this user, or every local user, as the
--- `xhost` program would.
--- Forms: `c:xhost "user"`, `c:xhost "local"`, `c:xhost "none"`
--- Default: none
---@param who? "user"|"local"|"none"
---@return cnnrun.container
function container:xhost(who) end

--- The host's Wayland display; false takes it back.
--- Forms: `c:wayland()`, `c:wayland { optional = true }`, `c:wayland(false)`
--- Default: none
---@param opts? cnnrun.Optional|false
---@return cnnrun.container
function container:wayland(opts) end

--- The host's sound, PipeWire or PulseAudio; false takes it back.
--- Forms: `c:audio()`, `c:audio { optional = true }`, `c:audio(false)`
--- Default: none
---@param opts? cnnrun.Optional|false
---@return cnnrun.container
function container:audio(opts) end

--- The user's session bus, a powerful thing to share; false takes it back.
--- Forms: `c:dbus()`, `c:dbus { optional = true }`, `c:dbus(false)`
--- Default: none
---@param opts? cnnrun.Optional|false
---@return cnnrun.container
function container:dbus(opts) end

--- Sets variables; with a name alone passes the host's value. A secret is never shown.
--- Forms: `c:env("NAME", "value")`, `c:env { A = 1, B = "two" }`, `c:env "LANG"` passes the
--- host's on, `c:env("DB", url, { secret = true })` is never shown; `c:unenv "NAME"`
---@param name string|table<string, string|number|boolean>
---@param value? string|number|boolean
---@param opts? { secret?: boolean }
---@return cnnrun.container
function container:env(name, value, opts) end

--- Takes back a variable, however it was given.
---@param name string
---@return cnnrun.container
function container:unenv(name) end

--- Variables from a file of NAME=value lines.
--- Forms: `c:env_file ".env"`; `c:unenv_file ".env"`
---@param path string
---@return cnnrun.container
function container:env_file(path) end

--- Takes back an env_file.
---@param path string
---@return cnnrun.container
function container:unenv_file(path) end

--- Local time in the container.
--- Forms: `c:timezone "host"`, `c:timezone "Europe/Berlin"`
--- Default: the image's
---@param zone "host"|string
---@return cnnrun.container
function container:timezone(zone) end

--- What runs in the container.
--- Forms: `c:command { "sh", "-c", "date" }`, `c:command("sh", "-c", "date")`
--- Default: the image's
---@param first string|(string|number)[]
---@param ... string|number
---@return cnnrun.container
function container:command(first, ...) end

--- The program that gets the command as its arguments.
--- Forms: `c:entrypoint { "cnntrain" }`, `c:entrypoint("torchrun", "--standalone")`
--- Default: the image's
---@param first string|(string|number)[]
---@param ... string|number
---@return cnnrun.container
function container:entrypoint(first, ...) end

--- A small init reaps processes and passes signals on.
--- Forms: `c:init()`, `c:init(false)`
--- Default: on
---@param on? boolean
---@return cnnrun.container
function container:init(on) end

--- With or without a terminal, whatever cnnrun's own standard input is.
--- Forms: `c:tty()`, `c:tty(false)`
--- Default: as standard input is
---@param on? boolean
---@return cnnrun.container
function container:tty(on) end

--- Runs in the background.
--- Forms: `c:detach()`
--- Default: foreground
---@param on? boolean
---@return cnnrun.container
function container:detach(on) end

--- The keys that leave a container running.
--- Forms: `c:detach_keys "ctrl-p,ctrl-q"`
--- Default: the engine's
---@param keys string
---@return cnnrun.container
function container:detach_keys(keys) end

--- Leaves the container after its end.
--- Forms: `c:keep()`
--- Default: removed
---@param on? boolean
---@return cnnrun.container
function container:keep(on) end

--- When the engine starts it again by itself; needs c:keep or c:detach.
--- Forms: `c:restart "on-failure:3"`, `c:restart "unless-stopped"`, `c:restart "always"`,
--- `c:restart "no"`
--- Default: no
---@param policy "no"|"on-failure"|"always"|"unless-stopped"|string
---@return cnnrun.container
function container:restart(policy) end

---@class cnnrun.StopOptions
---@field signal? string|integer
---@field timeout? integer seconds

--- How it is asked to end, and after how many seconds it is ended.
--- Forms: `c:stop { signal = "SIGINT", timeout = 10 }`
--- Default: the image's signal
---@param opts cnnrun.StopOptions
---@return cnnrun.container
function container:stop(opts) end

--- The engine keeps the output of a foreground container too.
--- Forms: `c:log()`
--- Default: kept only with `detach` or `keep`
---@param on? boolean
---@return cnnrun.container
function container:log(on) end

---@class cnnrun.Event
---@field id? string start: the container
---@field stream? "stdout"|"stderr" log
---@field line? string log: one line, without its end
---@field code? integer exit: the status

--- Calls a function while the container runs.
--- Forms: `c:on("start", function() end)`, `c:on("log", function(e) print(e.line) end)`,
--- `c:on("exit", function(e) print(e.code) end)`
---@param event "start"|"log"|"exit"
---@param handler fun(e: cnnrun.Event)
---@return cnnrun.container
function container:on(event, handler) end

--- The container's name.
--- Forms: `c:name "box"`
--- Default: `cnnrun-PROFILE-xxxxxx`
---@param name string
---@return cnnrun.container
function container:name(name) end

--- What the container calls itself.
--- Forms: `c:hostname "box"`
--- Default: the name
---@param name string
---@return cnnrun.container
function container:hostname(name) end

--- A label of the container.
--- Forms: `c:label("key", "value")`; `c:unlabel "key"`
--- Default: cnnrun's own
---@param key string
---@param value? string|number|boolean
---@return cnnrun.container
function container:label(key, value) end

--- Takes back a label.
---@param key string
---@return cnnrun.container
function container:unlabel(key) end

--- Which network the container is in.
--- Forms: `c:network "bridge"`, `c:network "none"`, `c:network "host"`, `c:network "mynet"`
--- Default: bridge
---@param name "bridge"|"none"|"host"|string
---@return cnnrun.container
function container:network(name) end

---@class cnnrun.Port
---@field container integer
---@field host? integer 0 = the engine chooses
---@field host_ip? string 127.0.0.1 unless given
---@field protocol? "tcp"|"udp"|"sctp"

--- A port of the host leads into the container; only from this machine unless an address is
--- given.
--- Forms: `c:port(8080)`, `c:port "8080:80"`, `c:port "0.0.0.0:8080:80/udp"`,
--- `c:port { container = 80, host = 0 }`; `c:unport(80)`
--- Default: on 127.0.0.1, tcp
---@param port integer|string|cnnrun.Port
---@return cnnrun.container
function container:port(port) end

--- Takes back what leads to a port of the container.
---@param container_port integer
---@return cnnrun.container
function container:unport(container_port) end

--- The container finds a machine under a name.
--- Forms: `c:host("db", "10.0.0.5")`, `c:host("me", "host-gateway")`; `c:unhost "db"`
---@param name string
---@param address string an IP address or "host-gateway"
---@return cnnrun.container
function container:host(name, address) end

--- Takes back a host.
---@param name string
---@return cnnrun.container
function container:unhost(name) end

--- A name server for the container.
--- Forms: `c:dns "1.1.1.1"`; `c:undns "1.1.1.1"`
--- Default: the engine's
---@param address string
---@return cnnrun.container
function container:dns(address) end

--- Takes back a name server.
---@param address string
---@return cnnrun.container
function container:undns(address) end

---@class cnnrun.LimitOptions
---@field cpus? number
---@field memory? string|integer
---@field swap? string|integer memory and swap together; "unlimited"
---@field pids? integer
---@field cpuset? string "0-3,7"

--- The most the container may use.
--- Forms: `c:limit { cpus = 2, memory = "4g", swap = "8g", pids = 100, cpuset = "0-1" }`
--- Default: none
---@param opts cnnrun.LimitOptions
---@return cnnrun.container
function container:limit(opts) end

--- A limit of each process; hard is soft unless given.
--- Forms: `c:ulimit("nofile", 1024)`, `c:ulimit("nofile", 1024, 4096)`,
--- `c:ulimit("memlock", "unlimited")`; `c:unulimit "nofile"`
--- Default: the engine's
---@param name string
---@param soft integer|"unlimited"
---@param hard? integer|"unlimited"
---@return cnnrun.container
function container:ulimit(name, soft, hard) end

--- Takes back a ulimit.
---@param name string
---@return cnnrun.container
function container:unulimit(name) end

--- The size of /dev/shm.
--- Forms: `c:shm "1g"`
--- Default: the engine's (64 MB)
---@param size string|integer
---@return cnnrun.container
function container:shm(size) end

--- Whose shared memory and semaphores it sees.
--- Forms: `c:ipc "private"`, `c:ipc "shareable"`, `c:ipc "host"`, `c:ipc "none"`
--- Default: private
---@param mode "private"|"shareable"|"host"|"none"
---@return cnnrun.container
function container:ipc(mode) end

--- Whose processes it sees.
--- Forms: `c:pid "private"`, `c:pid "host"`
--- Default: private
---@param mode "host"|"private"
---@return cnnrun.container
function container:pid(mode) end

--- A kernel setting of the container's own.
--- Forms: `c:sysctl("net.core.somaxconn", 1024)`; `c:unsysctl "net.core.somaxconn"`
---@param name string
---@param value string|number
---@return cnnrun.container
function container:sysctl(name, value) end

--- Takes back a kernel setting.
---@param name string
---@return cnnrun.container
function container:unsysctl(name) end

--- Adds a Linux capability.
--- Forms: `c:capability "SYS_PTRACE"`; `c:uncapability "SYS_PTRACE"`
--- Default: all dropped
---@param name string
---@return cnnrun.container
function container:capability(name) end

--- Takes back a capability.
---@param name string
---@return cnnrun.container
function container:uncapability(name) end

--- Takes a Linux capability away even where it would be given.
--- Forms: `c:drop "NET_RAW"`; `c:undrop "NET_RAW"`
---@param name string
---@return cnnrun.container
function container:drop(name) end

--- Takes back a drop.
---@param name string
---@return cnnrun.container
function container:undrop(name) end

--- A security option of the engine.
--- Forms: `c:security "seccomp=unconfined"`, `c:security "no-new-privileges=false"`;
--- `c:unsecurity "seccomp=unconfined"`
--- Default: `no-new-privileges`
---@param option string
---@return cnnrun.container
function container:security(option) end

--- Takes back a security option.
---@param option string
---@return cnnrun.container
function container:unsecurity(option) end

--- Every right on the host; must be granted.
--- Forms: `c:privileged()`
--- Default: off
---@param on? boolean
---@return cnnrun.container
function container:privileged(on) end

return container
