# SPDX-License-Identifier: MIT
"""An engine on another machine: boxes, services, terminals, and Podman there."""
import os

import far_kit
import kit
import podman
from pty_session import Session


class Further(far_kit.Far):
    def session(self, *words, where="ssh://box"):
        s = Session("--on", where, *words, cwd=self.project, env=self.environment(), granted=False)
        self.addCleanup(s.close)
        return s

    def prepared(self, *calls, **more):
        self.profile('c:user { uid = 12, gid = 12 }', *calls, **more)
        self.allow("./cnnrun.lua")

    def test_terminal(self):
        """a terminal has its size, keys arrive, and it is as it was afterwards"""
        self.prepared()
        s = self.session("./cnnrun.lua", "--", "sh", "-c", "sleep 1; stty size; read x; echo got-$x; exit 4")
        s.expect("24 80")
        s.send("word\r")
        s.expect("got-word")
        self.assertEqual(s.wait(), 4)
        self.assertTrue(s.restored())

    def test_interrupted(self):
        """^C ends the command, and not the connection"""
        self.prepared()
        s = self.session("./cnnrun.lua", "--", "sh", "-c", "trap 'echo caught; exit 5' INT; echo on; while :; do sleep 1; done")
        s.expect("on")
        s.send("\x03")
        s.expect("caught")
        self.assertEqual(s.wait(), 5)

    def test_detached_by_keys(self):
        """left by keys it goes on there, and is come back to"""
        self.prepared('c:name "far-keys"')
        s = self.session("./cnnrun.lua", "--", "sh")
        s.expect("$")
        s.send("\x10\x11")
        self.assertEqual(s.wait(), 0)
        s = self.session("attach", "far-keys")
        s.send("echo b''ack; exit\r")
        s.expect("back")
        self.assertEqual(s.wait(), 0)
        kit.wait_for(lambda: "far-keys" not in kit.engine.containers(), 20, "its end")

    def test_question(self):
        """on a terminal ssh asks by itself whether an unknown host is the right one"""
        self.file("known", "")
        try:
            s = self.session("ps")
            s.expect("Are you sure you want to continue connecting")
            s.send("no\r")
            s.expect("the host key of ssh://box is not known")
            self.assertEqual(s.wait(), 125)
            s = self.session("ps")
            s.expect("Are you sure you want to continue connecting")
            s.send("yes\r")
            s.expect("NAME")
            self.assertEqual(s.wait(), 0)
        finally:
            self.know("host")

    def test_box(self):
        """a box is made there, prepared, entered again, and started when it was stopped"""
        self.prepared("c:box()", 'c:name "far-box"', 'c:prepare { "sh", "-c", "echo prepared >/tmp/x" }')
        for words in ("cat /tmp/x; exit 3", "prepared\n"), ("echo more >>/tmp/x; cat /tmp/x; exit 3", "prepared\nmore\n"):
            r = self.on("-q", "./cnnrun.lua", "--", "sh", "-c", words[0])
            self.assertEqual((r.code, r.out), (3, words[1]), r.err)
        self.assertEqual(self.on("stop", "-t", "0", "far-box").code, 0)
        self.assertEqual(self.on("-q", "./cnnrun.lua", "--", "echo", "again").out, "again\n")
        self.assertEqual(self.on("-q", "./cnnrun.lua", "--", "nosuch").code, 127)
        kit.engine.remove("far-box")

    def test_time(self):
        """a limit of time holds there"""
        self.prepared('c:limit { time = "1s" }')
        self.assertEqual(self.on("./cnnrun.lua", "--", "sleep", "60").code, 124)

    def test_services(self):
        """services are there by their names, ready by a port, a command and a line"""
        self.prepared(
            'c:service("web", function(s) s:image "busybox"; s:user { uid = 12, gid = 12 }; s:ready { port = 8080, http = "/index.html" };'
            ' s:command { "sh", "-c", "cd /tmp; echo it is >index.html; exec httpd -f -p 8080" } end)',
            'c:service("db", function(s) s:image "busybox"; s:user { uid = 12, gid = 12 }; s:ready { log = "is up" };'
            ' s:command { "sh", "-c", "echo it is up; exec sleep 100" } end)')
        r = self.on("-q", "./cnnrun.lua", "--", "wget", "-qO-", "http://web:8080/")
        self.assertEqual((r.code, r.out), (0, "it is\n"), r.err)

    def test_carried(self):
        """the project goes over, is worked on there, and what changed comes home, by one login"""
        self.write("data/in", "from here\n")
        self.prepared('c:mount("data", "/w", { carry = true })')
        self.addCleanup(self.on, "clean", "--volumes")
        before = self.logins()
        r = self.on("./cnnrun.lua", "--", "sh", "-c", "cat /w/in; echo from there >/w/out")
        self.assertEqual((r.code, r.out), (0, "from here\n"), r.err)
        with open(self.project + "/data/out") as f:
            self.assertEqual(f.read(), "from there\n")
        self.assertEqual(self.logins(), before + 1)
        self.assertRegex(self.on("plan", "./cnnrun.lua").out, r" -> /w  carried, and home again  there\n")

    def test_deny(self):
        """what was granted there is taken back there, and what was granted here stays"""
        self.profile("c:user { uid = 0 }")
        self.allow("./cnnrun.lua")
        kit.allow("./cnnrun.lua", cwd=self.project)
        r = self.run_cnnrun("deny", "--on", "ssh://box", "./cnnrun.lua", env=self.environment())
        self.assertIn("is allowed nothing any more on ssh://box", r.err)
        self.assertEqual(self.on("./cnnrun.lua", "--", "true").code, 125)
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "true", granted=False).code, 0)

    def test_groups(self):
        """a group goes over by number, for its name is this machine's"""
        self.profile('c:user { groups = { "disk" } }')
        r = self.on("./cnnrun.lua", "--", "id")
        self.assertIn("the group disk is this machine's, and the engine is at ssh://box; name it by its number", r.err)

    def test_readonly(self):
        """what would have to be put into a container that is closed is refused in words"""
        self.prepared("c:readonly()")
        self.assertEqual(self.on("./cnnrun.lua", "--", "true").code, 0)
        self.prepared("c:readonly()", 'c:limit { time = "9s" }')
        self.assertIn("go without c:readonly", self.on("./cnnrun.lua", "--", "true").err)

    def test_kept(self):
        """one that is kept is listed there, and taken away by clean"""
        self.prepared("c:keep()", 'c:name "far-kept"')
        self.assertEqual(self.on("./cnnrun.lua", "--", "sh", "-c", "exit 2").code, 2)
        self.assertIn("far-kept", self.on("ps", "-a").out)
        self.assertEqual(self.on("clean").code, 0)
        self.assertNotIn("far-kept", kit.engine.containers())
        self.assertFalse(os.path.exists(self.project + "/(null)"))


class Podmans(far_kit.Far, podman.Service):
    """The same way to a Podman."""

    def test_podman(self):
        """a run, a box and a kill go over to it"""
        where = "ssh://box" + self.__class__.podman.path
        with open(self.project + "/tar", "wb") as f:
            kit.subprocess.run(["docker", "save", "busybox"], stdout=f, check=True)
        self.tool("load", "-i", self.project + "/tar")
        self.profile('c:user { uid = 12, gid = 12 }', image="localhost/busybox")
        self.allow("./cnnrun.lua", where=where)
        r = self.on("-q", "./cnnrun.lua", "--", "sh", "-c", "cat; exit 7", input="word\n", where=where)
        self.assertEqual((r.code, r.out), (7, "word\n"), r.err)
        p = self.begin("./cnnrun.lua", "--", "sleep", "100", where=where)
        kit.wait_for(self.__class__.podman.containers, 30, "a container")
        p.kill()
        kit.wait_for(lambda: not self.__class__.podman.containers(), 30, "its removal")
        self.profile('c:user { uid = 12, gid = 12 }', 'c:security "seccomp=calls.json"', image="localhost/busybox")
        self.write("calls.json", '{"defaultAction":"SCMP_ACT_ALLOW"}')
        self.allow("./cnnrun.lua", where=where)
        self.assertIn("Podman reads system calls from a file of its own machine",
                      self.on("./cnnrun.lua", "--", "true", where=where).err)


if __name__ == "__main__":
    import unittest
    unittest.main()
