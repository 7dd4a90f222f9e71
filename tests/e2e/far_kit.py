# SPDX-License-Identifier: MIT
"""A machine elsewhere: an sshd of the tests' own on a port of 127.0.0.1, behind which is the
private engine, whose socket no path of this side leads to. ssh finds it as "box", by a
configuration of its own. Whoever logs in has to be a user of this machine: root."""
import contextlib
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile

import kit

WRAPPER = """#!/bin/sh
exec %s -F %s/config "$@"
"""
CONFIG = """Host box
  HostName 127.0.0.1
  Port %(port)d
  User root
  IdentityFile %(dir)s/user
  IdentitiesOnly yes
  UserKnownHostsFile %(dir)s/known
  GlobalKnownHostsFile /dev/null
Host stranger
  HostName 127.0.0.1
  Port %(port)d
  User root
  IdentityFile %(dir)s/other
  IdentitiesOnly yes
  HostKeyAlias box
  UserKnownHostsFile %(dir)s/known
  GlobalKnownHostsFile /dev/null
"""
SSHD = """Port %(port)d
ListenAddress 127.0.0.1
HostKey %(dir)s/host
PidFile none
AuthorizedKeysFile %(dir)s/user.pub
StrictModes no
PermitRootLogin yes
AllowUsers root
PasswordAuthentication no
UsePAM no
SetEnv DOCKER_HOST=unix://%(socket)s %(env)s
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def children(pid):
    """All processes below pid."""
    found = []
    for child in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open("/proc/%s/stat" % child) as f:
            if int(f.read().rsplit(")", 1)[1].split()[1]) == pid:
                found += [int(child)] + children(int(child))
    return found


class Far(kit.Case):
    """A case on whose PATH ssh leads to that machine."""

    socket = kit.SOCKET
    env_there = ""  # NAME=VALUE...

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.far = tempfile.mkdtemp(prefix="far.", dir=kit.SCRATCH)
        os.chmod(cls.far, 0o711)
        cls.names = {"dir": cls.far, "port": free_port(), "socket": cls.socket, "env": cls.env_there}
        for key in "host", "user", "other", "host-renewed":
            kit.tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(cls.far, key))
        cls.file("sshd", SSHD % cls.names)
        cls.file("config", CONFIG % cls.names)
        cls.know("host")
        os.mkdir(os.path.join(cls.far, "bin"))
        cls.file("bin/ssh", WRAPPER % (shutil.which("ssh"), cls.far))
        os.chmod(os.path.join(cls.far, "bin/ssh"), 0o755)
        cls.path = cls.far + "/bin:" + os.environ["PATH"]
        cls.sshd = None
        cls.plug()

    @classmethod
    def tearDownClass(cls):
        cls.unplug()
        super().tearDownClass()

    @classmethod
    def file(cls, name, text):
        with open(os.path.join(cls.far, name), "w") as f:
            f.write(text)

    @classmethod
    def know(cls, key):
        """This side knows that host key, and no other."""
        with open(os.path.join(cls.far, key + ".pub")) as f:
            its = " ".join(f.read().split()[:2])
        cls.file("known", "box %s\n[127.0.0.1]:%d %s\n" % (its, cls.names["port"], its))

    @classmethod
    def plug(cls):
        os.makedirs("/run/sshd", exist_ok=True)
        with open(os.path.join(cls.far, "log"), "a") as log:
            cls.sshd = subprocess.Popen([shutil.which("sshd"), "-D", "-e", "-f", cls.far + "/sshd"], stderr=log)

        def answers():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", cls.names["port"]), 1) as s:
                return s.recv(4)
        kit.wait_for(answers, 20, "sshd")

    @classmethod
    def unplug(cls):
        """sshd and all connections are gone at once."""
        if cls.sshd:
            for pid in children(cls.sshd.pid) + [cls.sshd.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            cls.sshd.wait()
        cls.sshd = None

    @classmethod
    def logins(cls):
        with open(os.path.join(cls.far, "log")) as f:
            return len(re.findall("^Accepted publickey", f.read(), re.M))

    def setUp(self):
        super().setUp()
        if self.sshd is None:
            self.plug()
        self.addCleanup(self.check_logins)

    @classmethod
    def masters(cls):
        """What there is of ssh on this side, of this run's: others may test at the same time."""
        found, mine = [], os.environ["XDG_RUNTIME_DIR"].encode()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError), open("/proc/%s/cmdline" % pid, "rb") as f:
                words = f.read()
                if os.path.basename(os.readlink("/proc/%s/exe" % pid)) == "ssh" and mine in words:
                    found.append(int(pid))
        return found

    def check_logins(self):
        kit.wait_for(lambda: not self.masters(), 20, "the end of the login")

    def environment(self, **more):
        env = {"PATH": self.path, "DOCKER_HOST": None}
        env.update(more)
        return env

    def on(self, *args, where="ssh://box", env=None, **more):
        """cnnrun, on that machine. The first argument may be a command."""
        return self.run_cnnrun("--on", where, *args, env=self.environment(**(env or {})), granted=False, **more)

    def begin(self, *args, where="ssh://box", **more):
        return self.start_cnnrun("--on", where, *args, env=self.environment(), granted=False, **more)

    def allow(self, *args, where="ssh://box"):
        r = self.run_cnnrun("allow", "--on", where, *args, env=self.environment(), granted=False)
        self.assertEqual(r.code, 0, r.err)
        return r.out


class Ways(Far):
    def places(self):
        """What there is of ours over there."""
        return glob.glob("/tmp/cnnrun-[0-9]*-*") + glob.glob(os.environ["XDG_RUNTIME_DIR"] + "/cnnrun-*")

    def setUp(self):
        super().setUp()
        self.addCleanup(lambda: kit.wait_for(lambda: not self.places(), 20, "the end of the place over there"))

    def granted(self, *calls, **more):
        self.profile("c:user { uid = 12, gid = 12 }", *calls, **more)
        self.allow("./cnnrun.lua")
