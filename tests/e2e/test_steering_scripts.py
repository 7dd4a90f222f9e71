# SPDX-License-Identifier: MIT
"""The ten scripts of docs/steering.md: each is planned and allowed without a terminal, and run."""
import os
import re
import signal

import gpus
import kit

with open(os.path.join(kit.TOP, "docs", "steering.md")) as f:
    SCRIPTS = dict(re.findall(r"```lua\n-- (\w+\.lua)\n(.*?)```", f.read(), re.S))


def remove_images(*names):
    for name in names:
        ids = kit.tool("docker", "images", "--format", "{{.Repository}}:{{.Tag}}", name)
        for ref in (ids or "").split():
            kit.tool("docker", "rmi", "-f", ref)


class Steered(kit.Case):
    uid = kit.USER
    last = None

    def steer(self, name, *words, tried=(), **more):
        """What the script says once it was planned and allowed."""
        self.write(name, SCRIPTS[name])
        plan = self.run_cnnrun("plan", "./" + name, *words, granted=False, **more)
        self.assertEqual(plan.code, 0, plan.err)
        for text in tried:
            self.assertIn(text, plan.out)
        r = self.run_cnnrun("allow", "./" + name, *words, granted=False, **more)
        self.assertEqual(r.code, 0, r.err)
        self.last = self.run_cnnrun("./" + name, *words, granted=False, **more)
        self.assertNothingLeft()
        return self.last

    def said(self, name, *words, **more):
        r = self.steer(name, *words, **more)
        self.assertEqual(r.code, 0, r.err)
        return r.err


class Scripts(Steered):
    def test_all_of_them(self):
        """there are ten, and each has a test"""
        tests = "".join(name for name in dir(self) + dir(Gpus) if name.startswith("test_"))
        self.assertEqual(len(SCRIPTS), 10)
        for name in SCRIPTS:
            self.assertIn("test_" + name[:-4], tests)

    def test_matrix(self):
        """a matrix in parallel, with a summary; its status says whether all passed"""
        err = self.said("matrix.lua", tried=["busybox:latest sh -c", "on it depends on what runs"])
        self.assertRegex(err, r"busybox:latest +ok +\d+\.\d s\n0 of 2 failed\n$")
        r = self.steer("matrix.lua", "--images", "busybox,busybox:latest,no-such:1")
        self.assertNotEqual(r.code, 0)

    def test_retry(self):
        """out of memory, says the engine: once more with a half"""
        err = self.said("retry.lua", tried=["head -c 256m", "on it depends on what runs"])
        self.assertIn("batch 256: out of memory\nbatch 128: out of memory\n", err)
        self.assertRegex(err, r"batch (32|16): status 0\n$")

    def test_served(self):
        """a server, tests against it, teardown"""
        err = self.said("served.lua")
        self.assertIn("server | ready\n", self.last.out + err)
        self.assertIn("the test says: hello\n", err)
        self.assertIn("the server ends with 143\n", err)

    def test_watched(self):
        """again whenever a file changes, until Ctrl-C"""
        self.write(".git/HEAD", "ref: refs/heads/main\n")
        self.write("src/a.txt", "one\n")
        self.write(".gitignore", "*.swp\n")
        self.write("watched.lua", SCRIPTS["watched.lua"])
        for word in "plan", "allow":
            self.assertEqual(self.run_cnnrun(word, "./watched.lua", granted=False).code, 0)
        p = self.start_cnnrun("./watched.lua", granted=False)
        self.addCleanup(self.end, p)
        self.assertEqual(p.stderr.readline(), "watching src\n")
        kit.wait_for(lambda: "inotify" in kit.tool("ls", "-l", "/proc/%d/fd" % p.pid), 10, "its eyes")
        self.write("src/.a.swp", "x")
        self.write("src/a.txt", "two\n")
        self.assertEqual(p.stderr.readline(), "changed: src/a.txt\n")
        self.assertEqual(p.stdout.readline(), "two\n")
        self.write("src/new/b.txt", "three\n")
        self.assertIn("src/new", p.stderr.readline())
        p.send_signal(signal.SIGINT)
        self.assertIn(p.wait(30), (130, -signal.SIGINT))
        self.assertNothingLeft()

    def test_bisect(self):
        """the first tag that is bad"""
        context = os.path.join(self.project, "bad")
        self.write("bad/Dockerfile", "FROM busybox\nRUN touch /bad\n")
        kit.tool("docker", "build", "-q", "-t", "bisected:bad", context)
        for i in range(1, 8):
            kit.tool("docker", "tag", "bisected:bad" if i >= 5 else "busybox", "bisected:%d" % i)
        self.addCleanup(remove_images, "bisected")
        err = self.said("bisect.lua", "--image", "bisected", tried=["bisected:4 test"])
        self.assertEqual(err, "4 is good\n6 is bad\n5 is bad\nthe first bad one is 5\n")

    def test_timeout(self):
        """not longer than that"""
        self.assertIn("it took too long\n", self.said("timeout.lua"))
        self.assertIn("it ended in time\n", self.said("timeout.lua", "--seconds", "0.1"))

    def test_first(self):
        """the first of three; the others are ended"""
        self.assertIn("number 2 was first: 2\n", self.said("first.lua"))

    def test_trigger(self):
        """a line of the log ends it"""
        self.assertEqual(self.said("trigger.lua"), "it has diverged\nit ended with status 143\n")

    def test_images(self):
        """several images, and a container of each"""
        self.write("image/Dockerfile", 'FROM busybox\nARG VARIANT\nENV VARIANT=$VARIANT\nCMD ["sh", "-c", "echo I am $VARIANT"]\n')
        self.addCleanup(remove_images, "steering-small", "steering-large")
        err = self.said("images.lua", tried=["steering-small", "steering-large"])
        self.assertIn("small | I am small\n", self.last.out)
        self.assertIn("large | I am large\n", self.last.out)
        self.assertIn("steering-large is sha256:", err)


class Gpus(Steered):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        gpus.own_network()
        cls.machine = gpus.Machine(kit.SCRATCH)

    def test_fan(self):
        """one job for each free GPU, each another one"""
        self.machine.busy()
        err = self.said("fan.lua", env=self.machine.env)
        self.assertEqual(len(re.findall("rate .*: status 0\n", err)), 3, err)
        self.assertEqual(len(set(re.findall(r" on (GPU-\S+)", self.last.out))), 3, self.last.out)

