# SPDX-License-Identifier: MIT
"""Faults of the whole machine for the kill matrix: the engine dies and comes again, a disk
is full."""
import contextlib
import os
import signal
import subprocess
import time

import kit
import matrix
from world import kill, wait_gone


class Daemon:
    """The private engine, to be killed and started again as it was."""

    def __init__(self):
        with open(os.path.join(os.path.dirname(kit.SOCKET), "pid")) as f:
            self.pid = int(f.read())
        with open("/proc/%d/cmdline" % self.pid) as f:
            self.command = f.read().rstrip("\0").split("\0")
        with open("/proc/%d/environ" % self.pid) as f:
            self.env = dict(v.split("=", 1) for v in f.read().rstrip("\0").split("\0"))

    def start(self):
        """Once what was killed has gone."""
        here = os.path.dirname(kit.SOCKET)
        for name in "pid", "exec/containerd/containerd.pid":  # the second dies with the first
            path = os.path.join(here, name)
            with contextlib.suppress(FileNotFoundError):
                with open(path) as f:
                    wait_gone(int(f.read()), 30)
                os.unlink(path)  # it may not have been reaped yet, and would be taken as alive
        with open(os.path.join(here, "log"), "a") as log:
            subprocess.Popen(self.command, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                             start_new_session=True)

        def answers():
            with contextlib.suppress(OSError):
                return kit.engine.call("GET", "/info")[0] == 200
        kit.wait_for(answers, 60, "the engine's coming again")
        os.chmod(kit.SOCKET, 0o666)


class EngineFault(matrix.Case):
    """The engine is killed at the step, with what runs in it, and started again."""

    def __init__(self, world, step, when, number=signal.SIGKILL, clean_up=False):
        super().__init__(world, step, "engine %s" % signal.Signals(number).name[3:], when)
        self.number = number
        if clean_up:  # not the launch is held, but the janitor at its work
            self.way = "KILL, then engine KILL in the janitor's clean-up"
        self.clean_up = clean_up
        self.patience = 10 * matrix.SLOWNESS  # from when it answers again

    def die(self):
        self.daemon = Daemon()
        if self.clean_up:
            self.proxy.arm("^(POST .*/stop|DELETE )", "before")
            kill(self.launcher())
            if not self.proxy.reached.wait(20):
                raise AssertionError("the janitor stops nothing")
        os.kill(self.daemon.pid, self.number)
        wait_gone(self.daemon.pid, 60)

    def finish(self):
        self.daemon.start()
        self.restarted = time.monotonic()
        if self.session.process.poll() is None:
            with contextlib.suppress(AssertionError):
                self.wait(2)
            if self.session.process.poll() is None:
                self.session.process.terminate()
        self.wait(60)


@contextlib.contextmanager
def small_disk(path, size, uid=0):
    """A file system of that size at path."""
    kit.tool("mount", "-t", "tmpfs", "-o", "size=%s,mode=700,uid=%d" % (size, uid), "cnnrun-soak", path)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", path], check=False, stderr=subprocess.DEVNULL)


def fill(path):
    """Until nothing fits any more."""
    name = os.path.join(path, "filler.x")
    size = 1 << 20
    with open(name, "ab", buffering=0) as f:
        while size:
            try:
                f.write(b"x" * size)
            except OSError:
                size //= 2
    return name


class RuntimeFull(matrix.Case):
    """No room in the runtime directory, from the step on."""

    def __init__(self, world, step, when, kind=None):
        super().__init__(world, step, "disk full (runtime directory)", when, kind)

    def reach(self):
        if self.step == "begin":
            self.die()
            self.proxy = self.world.engine
            self.session = self.world.launch(self.kind)
        else:
            super().reach()

    def die(self):
        fill(os.path.join(self.world.runtime, "cnnrun"))

    def finish(self):
        with contextlib.suppress(AssertionError):
            self.wait(2)
        if self.session.process.poll() is None:
            self.session.process.terminate()
        self.wait(30)
        os.unlink(os.path.join(self.world.runtime, "cnnrun", "filler.x"))


@contextlib.contextmanager
def small_engine():
    """Another private engine, with little room for its data."""
    where = os.path.join(kit.SCRATCH, "small")
    data = os.path.join(where, "data")
    script = os.path.join(kit.TOP, "tests/lib/engine.sh")
    os.makedirs(data)
    with small_disk(data, "64m"):
        try:
            kit.tool(script, "start", where)
            socket = os.path.join(where, "d.sock")
            kit.tool(os.path.join(kit.TOP, "tests/lib/images.sh"), where, "busybox",
                     env=dict(os.environ, DOCKER_HOST="unix://" + socket))
            os.chmod(socket, 0o666)
            yield socket, data
        finally:
            kit.tool(script, "stop", where)


class EngineFull(matrix.Case):
    """No room for the engine's data, from the step on; there is some again in the end."""

    def __init__(self, world, step, when, data):
        super().__init__(world, step, "disk full (engine)", when)
        self.data = data

    def die(self):
        fill(self.data)

    def finish(self):
        with contextlib.suppress(AssertionError):
            self.wait(2)
        if self.session.process.poll() is None:
            self.session.process.terminate()
        with contextlib.suppress(AssertionError):
            self.wait(3)
        os.unlink(os.path.join(self.data, "filler.x"))
        self.wait(60)
