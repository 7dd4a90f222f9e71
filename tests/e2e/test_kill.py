# SPDX-License-Identifier: MIT
"""Whoever is killed, and whenever: nothing stays."""
import os
import signal
import time

import kit

MOMENTS = 0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6


class Kill(kit.Case):
    uid = kit.USER
    calls = ('c:user "host"', 'c:xhost()', 'c:mount(".", "/work")', 'c:tmpfs "/scratch"')

    def matrix(self, number, group=False):
        self.profile(*self.calls)
        for moment in MOMENTS:
            p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000", start_new_session=group)
            time.sleep(moment)
            if group:
                os.killpg(p.pid, number)
            else:
                p.send_signal(number)
            p.wait(30)
            self.assertNotEqual(p.returncode, 0)
        self.assertNothingLeft(40)

    def test_int(self):
        """SIGINT at eight moments"""
        self.matrix(signal.SIGINT)

    def test_term(self):
        """SIGTERM at eight moments"""
        self.matrix(signal.SIGTERM)

    def test_hup(self):
        """SIGHUP at eight moments"""
        self.matrix(signal.SIGHUP)

    def test_kill(self):
        """SIGKILL at eight moments"""
        self.matrix(signal.SIGKILL)

    def test_group(self):
        """SIGINT, SIGHUP and SIGTERM to the whole group, as a terminal sends them"""
        for number in signal.SIGINT, signal.SIGHUP, signal.SIGTERM:
            self.matrix(number, group=True)

    def injected(self, sent, call):
        """The launcher gets it at the first call of that name, after which nothing is left; what strace saw."""
        self.profile()
        log = os.path.join(self.project, "strace")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", before=(
            "strace", "-f", "-qq", "-o", log, "-e", "trace=sendmsg,linkat,rename", "-e", "inject=%s:signal=%s:when=1" % (call, sent)))
        self.assertNotEqual(r.code, 0)
        self.assertNothingLeft()
        with open(log) as f:
            return f.read()

    def test_before_the_janitor(self):
        """SIGTERM just when the record of a launch has its name: the janitor gets it all the same"""
        self.assertIn("linkat", self.injected("TERM", "linkat"))

    def test_killed_before_the_janitor(self):
        """SIGKILL just before a janitor knows of its launch: there is no record that nobody acts upon"""
        self.assertRegex(self.injected("KILL", "sendmsg"), "SCM_RIGHTS[^\\n]*\\n.*killed by SIGKILL")

    def test_status(self):
        """the status tells the signal"""
        self.profile()
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
        self.new_container()
        p.terminate()
        self.assertEqual(p.wait(30), 143)

    def test_handler_inside(self):
        """a program that handles SIGTERM ends by itself, with its own status"""
        self.profile()
        p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c",
                              "trap 'echo bye; exit 4' TERM; echo ready; while :; do sleep 0.1; done")
        self.assertEqual(p.stdout.readline(), "ready\n")
        p.terminate()
        self.assertEqual(p.stdout.read(), "bye\n")
        self.assertEqual(p.wait(30), 4)

    def test_all_of_them(self):
        """launcher and janitor killed together: the next start sweeps"""
        self.profile(*self.calls)
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
        self.new_container()
        for pid in kit.processes() - self.before["processes"]:
            os.kill(pid, signal.SIGKILL)
        p.wait(30)
        self.shell("true")
        self.assertNothingLeft(40)

    def test_detached_outlives(self):
        """a detached container whose janitor was killed runs on; its end is swept"""
        self.profile("c:detach()", "c:name 'kit-outlives'")
        self.run_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
        janitors = kit.processes() - self.before["processes"]
        self.assertEqual(len(janitors), 1)
        os.kill(janitors.pop(), signal.SIGKILL)
        self.run_cnnrun("./cnnrun.lua", "--name", "kit-other", "--", "true")
        self.assertTrue(kit.engine.inspect("kit-outlives")["State"]["Running"])
        self.run_cnnrun("stop", "-t", "0", "kit-outlives")
        self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertNothingLeft(40)

    def test_other_engine(self):
        """what was left on another engine is not forgotten by a start on this one"""
        self.profile()
        self.shell("true")
        where = [d for d in os.listdir(kit.SCRATCH) if d == "runtime-%d" % kit.USER][0]
        name = os.path.join(kit.SCRATCH, where, "cnnrun", "1-1-abcdef")
        for url, stays in ("unix:///other.sock", True), ("unix://" + kit.SOCKET, False):
            with open(name, "w") as f:
                f.write('{"url":"%s"}' % url)
            os.chown(name, kit.USER, kit.USER)
            self.shell("true")
            if not stays:  # a janitor looks for a moment whether more comes
                kit.wait_for(lambda: not os.path.exists(name), 10, "the record's end")
            self.assertEqual(os.path.exists(name), stays, url)

    def test_inherited(self):
        """no janitor holds what its launcher had open"""
        self.profile("c:detach()", "c:name 'kit-inherited'")
        r, w = os.pipe()
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "sleep", "1000", pass_fds=(w,)).code, 0)
        os.close(w)
        os.set_blocking(r, False)
        self.assertEqual(os.read(r, 1), b"")
        os.close(r)
        self.run_cnnrun("stop", "-t", "0", "kit-inherited")

    def test_container_removed(self):
        """the container removed from outside"""
        self.profile(*self.calls)
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
        kit.engine.remove(self.new_container())
        self.assertNotEqual(p.wait(30), 0)

    def test_build_interrupted(self):
        """SIGINT and SIGKILL in the middle of a build"""
        self.write("ctx/Dockerfile", "FROM busybox\nRUN sleep 1000\n")
        self.profile('c:build { tag = "kit-interrupted", context = "ctx" }', image=None)
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGKILL:
            p = self.start_cnnrun("build", "./cnnrun.lua")
            time.sleep(1)
            p.send_signal(number)
            p.wait(30)
            self.assertNotEqual(p.returncode, 0)
