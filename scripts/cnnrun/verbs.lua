-- SPDX-License-Identifier: MIT
--- Every verb, and the file below cnnrun/verb/ that holds it.
return {
	-- the image
	build = "build", image = "image",
	-- files
	mount = "mount", unmount = "mount", volume = "volume", tmpfs = "tmpfs", readonly = "readonly",
	workdir = "workdir",
	-- who
	user = "user", home = "home",
	-- hardware
	gpus = "gpus", device = "device", undevice = "device",
	-- screen, sound, messages
	display = "display", xhost = "xhost", wayland = "wayland", audio = "audio", dbus = "dbus",
	-- environment
	env = "env", unenv = "env", env_file = "env_file", timezone = "timezone",
	-- what runs
	command = "command", entrypoint = "entrypoint", init = "init", tty = "tty", stop = "stop",
	detach = "detach", detach_keys = "detach_keys", restart = "restart", keep = "keep",
	log = "log", on = "on",
	-- names
	name = "name", hostname = "hostname", label = "label", unlabel = "label",
	-- network
	network = "network", port = "port", unport = "port", host = "host", dns = "dns",
	-- limits
	limit = "limit", ulimit = "ulimit", shm = "shm", ipc = "ipc", pid = "pid", sysctl = "sysctl",
	-- rights
	capability = "capability", drop = "drop", security = "security", privileged = "privileged",
}
