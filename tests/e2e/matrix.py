# SPDX-License-Identifier: MIT
"""The kill matrix: steps of a launch x ways to die. A World is one user's surroundings
(home, runtime directory, X server, the two proxies), so that several cases run side by side."""
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

import kit
from moments import CHANGE_HOSTS, DisplayProxy, EngineProxy, close
from pty_session import Session

# step: which request is held (None = none, the container runs); the profile
STEPS = {
    "build": ("^POST /v[0-9.]+/build[?]", "build"),
    "pull": ("^POST /v[0-9.]+/images/create[?]", "pull"),
    "create": ("^POST /v[0-9.]+/containers/create[?]", "run"),
    "archive get": ("^GET /v[0-9.]+/containers/[^/]+/archive[?]", "run"),
    "archive put": ("^PUT /v[0-9.]+/containers/[^/]+/archive[?]", "run"),
    "X grant": (CHANGE_HOSTS, "run"),
    "attach": ("^POST /v[0-9.]+/containers/[^/]+/attach[?]", "run"),
    "wait": ("^POST /v[0-9.]+/containers/[^/]+/wait[?]", "run"),
    "start": ("^POST /v[0-9.]+/containers/[^/]+/start", "run"),
    "running": (None, "run"),
    "exec": ("^POST /v[0-9.]+/exec/[^/]+/start", "exec"),
    "stop": ("^POST /v[0-9.]+/containers/[^/]+/kill", "run"),
    "remove": ("^DELETE /v[0-9.]+/containers/", "end"),
}
SIGNALS = {"INT": signal.SIGINT, "TERM": signal.SIGTERM, "HUP": signal.SIGHUP,
           "QUIT": signal.SIGQUIT, "SEGV": signal.SIGSEGV, "KILL": signal.SIGKILL}
WAYS = list(SIGNALS) + ["KILL janitor", "KILL both", "terminal closed", "out of memory",
                        "X server killed"]
MOMENTS = "before", "after"  # the engine, or the X server, has seen the request
UNTIL_GONE = 5  # seconds, on a machine that has nothing else to do
SLOWNESS = float(os.environ.get("SLOWNESS", "2"))  # how many times slower this one may be

# What may be said. Everything else is garbage; and nothing is said twice.
SAID = re.compile(r"cnnrun: [ -~\u00a0-\uffff]+$")
PROGRESS = re.compile(r"(sending the build context|\[.*\] )[ -~]*$")


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
        self.write_profile("end.lua", 'c:image "busybox"', *basics, 'c:command { "echo", "up" }')
        self.write_profile("exec.lua", 'c:image "busybox"', *basics, 'c:name "%s"' % self.unique("exec"),
                           'c:on("start", function() cnn.exec("%s", { "sleep", "1000" }) end)'
                           % self.unique("exec"), wait)
        self.write_profile("pull.lua", 'c:image "127.0.0.1:%d/soak"' % self.silent, wait)
        self.write("context/Dockerfile", "FROM busybox\nRUN sleep 1000\n")
        self.write_profile("build.lua", 'c:build { tag = "soak-%s", context = "context" }' % self.name,
                           *basics, wait)

    def unique(self, word):
        return "soak-%s-%s" % (self.name, word)

    def launch(self, kind, *words, before=()):
        """On a terminal of its own; before: words before the command, for prlimit."""
        self.count += 1
        name = [] if kind == "exec" else ["--name", self.unique(self.count)]
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
                           ("containers", self.containers), ("display", self.x_left)):
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


class Case:
    """One launch, stopped at a step, and somebody's death there."""

    def __init__(self, world, step, way, when, kind=None):
        self.world, self.step, self.way, self.when = world, step, way, when
        self.kind = kind or STEPS.get(step, (None, "run"))[1]
        self.problems, self.seconds, self.closed = [], 0.0, False
        self.patience = UNTIL_GONE * SLOWNESS

    def __str__(self):
        return "%s, %s %s (%s)" % (self.way, self.when, self.step, self.kind)

    def problem(self, text, *args):
        self.problems.append(text % args)

    def forget(self):
        """What would make the step unnecessary."""
        if self.kind == "build" or self.step in ("archive get", "info"):
            shutil.rmtree(os.path.join(self.world.home, ".cache"), True)

    def reach(self):
        """Starts, and stands still at the step."""
        w, pattern = self.world, STEPS[self.step][0]
        proxy = w.x if self.step == "X grant" else w.engine
        self.forget()
        if pattern and self.step != "stop":
            proxy.arm(pattern, self.when)
        self.session = w.launch(self.kind)
        if pattern is None or self.step == "stop":
            self.session.expect("up")
        if self.step == "stop":
            proxy.arm(pattern, self.when)
            self.session.process.send_signal(signal.SIGTERM)
        if pattern:
            for _ in range(120):
                if proxy.reached.wait(0.5) or self.session.process.poll() is not None:
                    break
            if not proxy.reached.is_set():
                self.session.drain()
                raise AssertionError("the step was not reached; %r" % self.session.seen)
        self.proxy = proxy

    def launcher(self):
        return [self.session.process.pid]

    def die(self):
        w, way = self.world, self.way
        if way in SIGNALS:
            kill(self.launcher(), SIGNALS[way])
        elif way == "KILL janitor":
            kill(w.janitors())
        elif way == "KILL both":
            kill(w.janitors() + self.launcher())
        elif way == "terminal closed":
            os.close(self.session.master)
            self.closed = True
        elif way == "out of memory":
            for pid in w.processes():  # every further allocation fails
                subprocess.run(["setpriv", "--reuid", str(w.uid), "--regid", str(w.uid), "--clear-groups",
                                "prlimit", "--pid", str(pid), "--as=1048576"], check=True)
        elif way == "X server killed":
            kill([w.x_pid])

    def finish(self):
        """Whoever was not killed is asked to end."""
        s = self.session
        if self.way not in ("KILL", "KILL both", "SEGV"):
            time.sleep(0.2)
        if self.way in ("KILL janitor", "out of memory", "X server killed"):
            with contextlib.suppress(AssertionError):
                if self.step not in ("build", "pull", "running", "remove", "stop"):
                    self.wait(1)
            if s.process.poll() is None:
                s.process.terminate()
        self.wait(30)

    def wait(self, seconds):
        s = self.session
        if not self.closed:
            s.wait(seconds)
            s.drain()
            return
        try:
            s.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError("%s: does not end" % self)

    def check_words(self):
        seen = re.sub("\x1b\\[[0-9;]*[AJKm]", "", self.session.seen)  # colours, redrawing
        lines = [line for line in re.split(r"[\r\n]+", seen) if line.strip()]
        words = [line for line in lines if line not in ("up", "^C", "^\\")]
        for line in words:
            if not SAID.match(line) and not PROGRESS.match(line):
                self.problem("said %r", line)
        for line in set(words):
            if words.count(line) > 1 and SAID.match(line):
                self.problem("said twice: %r", line)
        if "\x1b[?25l" in self.session.seen and "\x1b[?25h" not in self.session.seen:
            self.problem("the cursor stays hidden")

    def check_terminal(self):
        """Restored by the launcher, or by the janitor where that lives."""
        if self.closed or self.way == "KILL both":
            return
        if self.way == "out of memory":
            return  # of both
        with contextlib.suppress(AssertionError):
            kit.wait_for(self.session.restored, 5)
            return
        self.problem("the terminal is not as before")

    def check_left(self):
        start, w = time.monotonic(), self.world
        if self.way == "X server killed":
            w.stop_x()
            shutil.rmtree(os.path.join(w.home, "x"), True)
            w.start_x()
            w.env["DISPLAY"] = ":%d" % w.x.number
        if self.way in ("KILL both", "out of memory", "KILL janitor"):
            with contextlib.suppress(AssertionError):
                kit.wait_for(lambda: not w.left(), 0 if self.way == "KILL both" else self.patience)
            if w.left():
                if self.way == "out of memory":  # it would go on trying for a minute
                    kill(w.janitors())
                r = w.run("./end.lua", "--name", w.unique("next"))
                if r.code:
                    self.problem("the next start says: %s", r.err)
        try:
            kit.wait_for(lambda: not w.left(), self.patience)
        except AssertionError:
            self.problem("left behind: %r", w.left())
            w.sweep()
        self.seconds = time.monotonic() - start

    def run(self):
        self.session = None
        try:
            self.reach()
            self.die()
            self.proxy.release()
            self.finish()
            self.check_words()
            self.check_terminal()
            self.check_left()
        except (AssertionError, OSError) as e:
            self.problem("%s", e)
            self.world.engine.release()
            self.world.x.release()
            time.sleep(1)
            self.world.sweep()
        finally:
            self.world.engine.release()
            self.world.x.release()
            if self.session:
                if self.closed:
                    self.session.master = os.open("/dev/null", os.O_RDONLY)
                self.session.close()
        return self


def side_by_side(worlds, makers, done=lambda case: None):
    """Makes and runs cases, one at a time in each world; the cases, as they ended."""
    jobs, cases, lock = list(reversed(makers)), [], threading.Lock()

    def work(world):
        while True:
            with lock:
                if not jobs:
                    return
                make = jobs.pop()
            case = make(world)
            try:
                case.run()
            except Exception as e:  # what cannot be told has failed
                case.problem("%r", e)
            with lock:
                cases.append(case)
                done(case)
    threads = [threading.Thread(target=work, args=(w,)) for w in worlds]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return cases
