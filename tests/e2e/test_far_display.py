# SPDX-License-Identifier: MIT
"""Displays without a socket that could be mounted: over TCP, by an abstract name, by ssh -X."""
import os
import shlex
import signal
import socket
import subprocess
import tempfile

import kit


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Far(kit.Case):
    demo = True
    uid = kit.USER
    form = "localhost:%s"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dir = tempfile.mkdtemp(prefix="far.", dir=kit.SCRATCH)
        os.chmod(cls.dir, 0o755)
        cls.cookie = os.path.join(cls.dir, "xauth")
        number, write = os.pipe()
        secret = os.urandom(16).hex()
        kit.tool("xauth", "-q", "-f", cls.cookie, "add", ":0", ".", secret, stderr=subprocess.DEVNULL)
        cls.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24", "-noreset",
                                       "-auth", cls.cookie, "-nolisten", "unix", "-listen", "tcp"],
                                      pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(number) as f:
            cls.number = f.readline().strip()
        kit.tool("xauth", "-q", "-f", cls.cookie, "add", ":" + cls.number, ".", secret)
        os.chown(cls.cookie, kit.USER, kit.USER)
        cls.env = {"DISPLAY": cls.form % cls.number, "XAUTHORITY": cls.cookie}

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.server.wait()
        super().tearDownClass()

    def x(self, *words):
        env = dict(os.environ, DISPLAY=":" + self.number, XAUTHORITY=self.cookie)
        return subprocess.run(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              check=False).stdout

    def windows(self):
        return self.x("xdotool", "search", "--onlyvisible", "--class", "XEyes").split()

    def launch(self, *more, words=("./cnnrun.lua",)):
        self.assertFalse(os.path.exists("/tmp/.X11-unix/X" + self.number))
        return self.start_cnnrun(*words, *more, "--", "xeyes", env=self.env)

    def shown(self):
        w = kit.wait_for(self.windows, 60, "a window")
        self.assertIn("xwininfo", self.x("xwininfo", "-id", w[0]))
        return w

    def carriers(self):
        return [p for p in kit.processes() - self.before["processes"]
                if open("/proc/%d/comm" % p).read().strip() == "cnnrun-display"]

    def gone(self):
        kit.wait_for(lambda: not self.windows(), 30, "the window's end")
        kit.wait_for(lambda: not self.carriers(), 30, "its carrier's end")

    def test_window(self):
        """a window is there, without the host's network, and all ends with the run"""
        self.profile('c:user "host"', "c:display()", 'c:network "none"', image="demo-cnn:latest")
        p = self.launch()
        self.shown()
        self.assertEqual(len(self.carriers()), 1)
        p.terminate()
        p.wait(30)
        self.gone()

    def test_shipped(self):
        """the shipped gui needs nothing more"""
        p = self.start_cnnrun("gui", "--image", "demo-cnn:latest", "--", "xeyes", env=self.env, cwd=kit.DEMO)
        self.shown()
        p.terminate()
        p.wait(30)
        self.gone()

    def test_detached(self):
        """a detached container keeps it until its end"""
        self.profile('c:user "host"', "c:display()", "c:detach()", "c:name 'kit-far'", image="demo-cnn:latest")
        p = self.launch()
        self.assertEqual(p.wait(60), 0, p.stderr.read())
        self.shown()
        self.assertEqual(self.run_cnnrun("stop", "-t", "0", "kit-far").code, 0)
        self.gone()

    def test_killed(self):
        """a launcher that is killed takes it along"""
        self.profile('c:user "host"', "c:display()", image="demo-cnn:latest")
        p = self.launch()
        self.shown()
        p.send_signal(signal.SIGKILL)
        self.gone()

    def test_optional(self):
        """none that answers is an error, or none where it is optional"""
        self.profile("c:display()")
        env = dict(self.env, DISPLAY="localhost:999")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=env)
        self.assertEqual((r.code, len(r.err.splitlines())), (125, 1), r.err)
        self.profile("c:display { optional = true }")
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "true", env=env).code, 0)

    def test_plan(self):
        """the plan says what is made"""
        self.profile("c:display()")
        r = self.run_cnnrun("plan", "./cnnrun.lua", env=self.env)
        self.assertIn("through a socket made for this run", r.out)
        r = self.run_cnnrun("plan", "./cnnrun.lua", "--docker", env=self.env)
        self.assertIn("/tmp/.X11-unix/X%s that leads to %s" % (self.number, self.env["DISPLAY"]), r.out)


class Abstract(Far):
    form = ":%s"

    def test_optional(self):
        """nothing else is different"""


class Forwarded(Far):
    """ssh -X by an own sshd, and cnnrun at its other end."""
    uid = None  # sshd's user needs an entry on this machine

    def setUp(self):
        super().setUp()
        self.port = free_port()
        for name in "host", "user":
            key = os.path.join(self.project, name)
            kit.tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
        self.write("config", "\n".join((
            "Port %d" % self.port, "ListenAddress 127.0.0.1", "HostKey %s/host" % self.project, "PidFile none",
            "AuthorizedKeysFile %s/user.pub" % self.project, "StrictModes no", "PermitRootLogin yes",
            "UsePAM no", "X11Forwarding yes", "SetEnv XAUTHORITY=%s/far-xauth" % self.project, "")))
        os.makedirs("/run/sshd", exist_ok=True)
        self.sshd = subprocess.Popen([kit.shutil.which("sshd"), "-D", "-f", self.project + "/config"],
                                     stderr=subprocess.DEVNULL)
        self.addCleanup(self.sshd.wait)
        self.addCleanup(self.sshd.terminate)
        kit.wait_for(lambda: subprocess.run(self.ssh("true"), check=False, stderr=subprocess.DEVNULL).returncode == 0,
                     20, "sshd")

    def ssh(self, command, *more):
        return ["ssh", "-F", "none", "-q", "-p", str(self.port), "-i", self.project + "/user", *more,
                "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "root@127.0.0.1", command]

    def start_cnnrun(self, *args, env=None, cwd=None, **more):
        del env
        cwd = cwd or self.project
        here = {k: v for k, v in kit.environment().items() if k not in ("DISPLAY", "XAUTHORITY", "_")}
        sets = " ".join("%s=%s" % (k, shlex.quote(v)) for k, v in here.items())
        line = "cd %s && export %s && { %s 2>/dev/null; exec %s; }" % (
            cwd, sets, shlex.join(kit.command(("allow",) + args)), shlex.join(kit.command(args)))
        p = subprocess.Popen(self.ssh(line, self.way), env=kit.environment(**self.env), stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
        self.addCleanup(self.end, p)
        return p

    way = "-X"
    test_optional = test_plan = test_detached = test_killed = None  # its display ends with ssh


class Trusted(Forwarded):
    way = "-Y"
    test_shipped = None


if __name__ == "__main__":
    import unittest
    unittest.main()
