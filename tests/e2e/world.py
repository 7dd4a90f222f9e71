# SPDX-License-Identifier: MIT
"""A World is one user's surroundings (home, runtime directory, X server, the two proxies), so
that several cases run side by side."""
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading

import kit
from moments import DisplayProxy, EngineProxy, close
from pty_session import Session


class World:
    def __init__(self, name, uid=kit.USER, socket=kit.SOCKET):
        self.name, self.uid, self.count = name, uid, 0
        self.api = kit.Engine(socket)
        self.home = os.path.join(kit.SCRATCH, "soak-" + name)
        self.runtime = os.path.join(self.home, "runtime")
        self.project = os.path.join(self.home, "project")
        self.cleanups = []
        for d in self.home, self.runtime, self.project:
            os.makedirs(d, 0o700, exist_ok=True)
            os.chown(d, uid, uid)
        kit.environment(uid)  # lets the user reach the engine
        self.engine = EngineProxy(os.path.join(self.home, "engine"), socket)
        self.cookie = os.path.join(self.home, "cookie")
        self.start_x()
        self.silent = self.silent_registry()
        self.env = {"HOME": self.home, "XDG_RUNTIME_DIR": self.runtime,
                    "DOCKER_HOST": "unix://" + self.engine.path,
                    "DISPLAY": ":%d" % self.x.number, "XAUTHORITY": self.cookie}
        self.write_profiles()

    def start_x(self):
        """An X server of its own, and the proxy before it."""
        where = os.path.join(self.home, "x")
        self.real = kit.tool(os.path.join(kit.TOP, "tests/lib/display.sh"), "start", where).strip()
        self.x_auth = os.path.join(where, "xauth")
        with open(os.path.join(where, "xpid")) as f:
            self.x_pid = int(f.read())
        self.x = DisplayProxy("/tmp/.X11-unix/X" + self.real[1:])
        cookie = kit.tool("xauth", "-f", self.x_auth, "list", self.real).split()[-1]
        subprocess.run(["xauth", "-q", "-f", self.cookie, "add", ":%d" % self.x.number, ".", cookie],
                       check=True, stderr=subprocess.DEVNULL)
        os.chown(self.cookie, self.uid, self.uid)
        self.hosts = self.x_hosts()

    def stop_x(self):
        self.x.end()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.x_pid, signal.SIGKILL)
        wait_gone(self.x_pid)
        lock = "/tmp/.X%s-lock" % self.real[1:]
        with contextlib.suppress(OSError, ValueError):
            with open(lock) as f:
                ours = int(f.read()) == self.x_pid  # or another world's by now
            if ours:
                os.unlink("/tmp/.X11-unix/X" + self.real[1:])
                os.unlink(lock)

    def own_directory(self):
        """Of cnnrun in the runtime directory, before cnnrun makes it."""
        where = os.path.join(self.runtime, "cnnrun")
        os.makedirs(where, 0o700, exist_ok=True)
        os.chown(where, self.uid, self.uid)
        return where

    def x_tool(self, *words):
        env = dict(os.environ, DISPLAY=self.real, XAUTHORITY=self.x_auth)
        return kit.tool(*words, env=env)

    def x_hosts(self):
        return self.x_tool("xhost")

    def silent_registry(self):
        """Takes every connection and says nothing: a pull that lasts."""
        s = socket.create_server(("127.0.0.1", 0))
        kept = []

        def take():
            with contextlib.suppress(OSError):
                while True:
                    kept.append(s.accept()[0])
        threading.Thread(target=take, daemon=True).start()
        self.cleanups += [lambda: close(s), lambda: close(*kept)]
        return s.getsockname()[1]

    def write(self, name, text):
        path = os.path.join(self.project, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
        for p in path, os.path.dirname(path):
            os.chown(p, self.uid, self.uid)

    def write_profile(self, name, *lines):
        """The one place where a test's profile is made, and granted what it asks for."""
        self.write(name, 'local cnn = require "cnnrun"\nreturn cnn.profile {\nabout = "soak",\n'
                         'setup = function(c)\n%s\nend }\n' % "\n".join(lines))
        self.grant(name)

    def grant(self, name):
        kit.grant("./" + name, uid=self.uid, env=self.env, cwd=self.project)

    def write_profiles(self):
        basics = ['c:user "host"', "c:xhost()", 'c:mount(".", "/work")', 'c:tmpfs "/scratch"']
        wait = 'c:command { "sh", "-c", "echo up; exec sleep 1000" }'
        self.write_profile("run.lua", 'c:image "busybox"', *basics, wait)
        self.write_profile("readonly.lua", 'c:image "busybox"', "c:readonly()", *basics, wait)
        self.write_profile("keep.lua", 'c:image "busybox"', "c:keep()", "c:readonly()", *basics, wait)
        beside = 'c:service("db", function(s) s:image "busybox"; s:command { "sleep", "1000" } end)'
        self.write_profile("box.lua", 'c:image "busybox"', "c:box()", beside, "c:prepare { 'true' }", *basics, wait)
        self.write_profile("end.lua", 'c:image "busybox"', *basics, 'c:command { "echo", "up" }')
        services = ('c:service("db", function(s) s:image "busybox"; s:command { "sleep", "1000" };'
                    's:ready { command = "true" } end)',
                    'c:service("web", function(s) s:image "busybox"; s:command { "sleep", "1000" };'
                    's:after "db" end)')
        self.write_profile("services.lua", 'c:image "busybox"', *basics, *services, wait)
        self.write_profile("services-end.lua", 'c:image "busybox"', *basics, *services,
                           'c:command { "echo", "up" }')
        self.write_profile("exec.lua", 'c:image "busybox"', *basics, 'c:name "%s"' % self.unique("exec"),
                           'c:on("start", function() cnn.exec("%s", { "sleep", "1000" }) end)'
                           % self.unique("exec"), wait)
        self.write_script("script.lua", "echo up; exec sleep 1000")
        self.write_script("script-end.lua", "echo up")
        self.write_profile("pull.lua", 'c:image "127.0.0.1:%d/soak"' % self.silent, wait)
        self.write("context/Dockerfile", "FROM busybox\nRUN sleep 1000\n")
        self.write_profile("build.lua", 'c:build { tag = "soak-%s", context = "context" }' % self.name,
                           *basics, wait)

    def write_script(self, name, command):
        """Three at once; it says "up" once each has."""
        self.write(name, '''local cnn = require "cnnrun"
return cnn.profile { about = "soak", action = "none", setup = function(c)
c:image "busybox" c:tty(false) c:user "host" c:xhost() c:mount(".", "/work")
c:command { "sh", "-c", "%s" }
local handles = {}
for i = 1, 3 do
    c:name("%s" .. i)
    handles[i] = assert(cnn.start(c, { capture = true }))
end
for _, h in ipairs(handles) do
    for _ in h:lines() do break end
end
print "up"
cnn.all(handles)
end }
''' % (command, self.unique("script")))
        self.grant(name)

    def unique(self, word):
        return "soak-%s-%s" % (self.name, word)

    def launch(self, kind, *words, before=()):
        """On a terminal of its own; before: words before the command, for prlimit."""
        self.count += 1
        name = [] if kind == "exec" or kind.startswith("script") else ["--name", self.unique(self.count)]
        return Session("./%s.lua" % kind, *name, *words, uid=self.uid, cwd=self.project, env=self.env,
                       before=before, granted=False)

    def run(self, *words):
        return kit.cnnrun(*words, uid=self.uid, cwd=self.project, env=self.env, granted=False)

    def processes(self):
        """Of this world: launchers and janitors."""
        mark, found = b"XDG_RUNTIME_DIR=%s\0" % self.runtime.encode(), {}
        for pid in kit.processes():
            with contextlib.suppress(OSError):
                with open("/proc/%d/environ" % pid, "rb") as f:
                    mine = mark in f.read() + b"\0"
                with open("/proc/%d/comm" % pid) as f:
                    name = f.read().strip()
                if mine:
                    found[pid] = name
        return found

    def janitors(self):
        return [p for p, name in self.processes().items() if name == "cnnrun-janitor"]

    def containers(self):
        prefix = "soak-%s-" % self.name
        return [n for n in self.api.containers() if n.startswith(prefix)]

    def networks(self):
        prefix = "soak-%s-" % self.name
        return [n for n in self.api.networks() if n.startswith(prefix)]

    def remove_boxes(self):
        """Those that are ready, with what is beside them: they are there to stay."""
        mine = {n: c for n, c in self.api.containers().items()
                if n in self.containers() and c["Labels"].get("cnnrun.box")}
        ready = {c["Labels"]["cnnrun.launch"] for n, c in mine.items()
                 if not c["Labels"]["cnnrun.service"] and ".making-" not in n}
        for name, c in mine.items():
            if c["Labels"]["cnnrun.launch"] in ready:
                self.api.remove(name)
        for network in self.api.get("/networks"):
            if network["Labels"].get("cnnrun.launch") in ready:
                self.api.call("DELETE", "/networks/" + network["Id"])

    def files(self):
        """Of the runtime directory, and half-written ones anywhere."""
        found = []
        for where, _, files in os.walk(self.home):
            for f in files:
                if where.startswith(self.runtime) or ".tmp" in f or f.endswith(".new"):
                    found.append(os.path.join(where, f)[len(self.home) + 1:])
        return found

    def left(self):
        """What is to be gone, by kind; what costs most to look for is looked for last."""
        for kind, look in (("processes", lambda: list(self.processes().values())), ("files", self.files),
                           ("containers", self.containers), ("networks", self.networks),
                           ("display", self.x_left)):
            found = look()
            if found:
                return {kind: found}
        return {}

    def x_left(self):
        text = self.x_tool("xprop", "-root") + self.x_tool("xwininfo", "-root", "-tree")
        leases = [line.strip() for line in text.splitlines() if "CNNRUN" in line.upper()]
        hosts = self.x_hosts()
        return leases + ([] if hosts == self.hosts else [hosts])

    def sweep(self):
        """After a failure the next case starts clean all the same."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for name in self.containers():
            self.api.remove(name)
        for name in self.networks():
            self.api.call("DELETE", "/networks/" + name)
        for f in self.files():
            os.unlink(os.path.join(self.home, f))
        self.stop_x()
        shutil.rmtree(os.path.join(self.home, "x"), True)
        self.start_x()
        self.env["DISPLAY"] = ":%d" % self.x.number

    def end(self):
        self.engine.end()
        self.stop_x()
        for f in self.cleanups:
            f()


def wait_gone(pid, seconds=10):
    def gone():
        with contextlib.suppress(OSError):
            with open("/proc/%d/stat" % pid) as f:
                return f.read().rsplit(")", 1)[1].split()[0] == "Z"
        return True
    kit.wait_for(gone, seconds, "the end of process %d" % pid)


def kill(pids, number=signal.SIGKILL):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def starve(pid, uid):
    """Every further allocation of the process fails; it may have ended of itself by now."""
    r = subprocess.run(["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups",
                        "prlimit", "--pid", str(pid), "--as=1048576"],
                       stderr=subprocess.PIPE, text=True)
    if r.returncode and os.path.exists("/proc/%d" % pid):
        raise AssertionError("prlimit %d: %s" % (pid, r.stderr))
