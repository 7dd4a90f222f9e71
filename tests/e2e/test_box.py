# SPDX-License-Identifier: MIT
"""Boxes: one container a project and profile that stays, made once and entered by each run."""
import os
import re
import signal

import kit
from box_kit import Box
from engine_api import engine
from pty_session import Session


class Life(Box, kit.Case):
    def test_made_once(self):
        """the first run makes it, the others enter the same one, whatever their command"""
        self.project_box()
        first = self.enter("echo a > /tmp/kept; hostname; id -un; pwd")
        name = self.box()
        self.assertEqual(first.splitlines()[0], name)
        self.assertEqual(first.splitlines()[2], "/w")
        made = engine.inspect(name)
        self.assertTrue(made["State"]["Running"])
        self.assertEqual(self.enter("cat /tmp/kept"), "a\n")
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", "exit 7").code, 7)
        self.assertEqual(engine.inspect(name)["Id"], made["Id"])
        self.assertRegex(name, r"^project-[a-zA-Z0-9]+-[0-9a-f]{6}$|^project-[0-9a-f]{6}$")

    def test_name(self):
        """c:name names it; two profiles of a project have a box each"""
        self.project_box("c:name 'kit-box'")
        self.enter("true")
        self.assertEqual(self.box(), "kit-box")
        self.profile("c:box()", name="other.lua")
        r = self.run_cnnrun("./other.lua", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(len(self.boxes()), 2)
        self.profile("c:box()", "c:name 'kit-box'", name="third.lua")
        r = self.run_cnnrun("./third.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("kit-box is not this profile's box; choose another name", r.err)

    def test_name_of_others(self):
        """a container that is not ours keeps its name"""
        engine.call("POST", "/containers/create?name=kit-box", {"Image": "busybox"})
        self.project_box("c:name 'kit-box'")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual((r.code, len(r.err.splitlines())), (125, 1), r.err)
        self.assertIn("docker rm kit-box", r.err)
        self.assertEqual(self.boxes(), ["kit-box"])

    def test_shell(self):
        """without a command it is a shell, with the terminal's size and TERM"""
        self.project_box()
        self.enter("true")
        for _ in range(2):
            s = Session("./cnnrun.lua", cwd=self.project, uid=self.uid, env={"COLORTERM": "kit-color"},
                        rows=33, cols=77)
            s.send("stty size; echo $TERM $COLORTERM; exit 5\n")
            s.expect("33 77")
            s.expect("xterm kit-color")
            self.assertEqual(s.wait(), 5)
            s.close()

    def test_two_terminals(self):
        """two that come while there is none: one makes it, the other waits and enters it"""
        self.project_box("c:prepare 'sleep 1; echo x >> /w/prepared'")
        self.run_cnnrun("allow", "./cnnrun.lua")
        runs = [self.start_cnnrun("./cnnrun.lua", "--", "hostname") for _ in range(3)]
        out = [p.communicate("", 60) for p in runs]
        self.assertEqual([p.returncode for p in runs], [0] * 3, out)
        self.assertEqual({o for o, _ in out}, {self.box() + "\n"})
        with open(os.path.join(self.project, "prepared")) as f:
            self.assertEqual(f.read(), "x\n")

    def test_background(self):
        """what was begun in it goes on when its session has ended; --detach only starts it"""
        self.project_box()
        r = self.run_cnnrun("./cnnrun.lua", "--detach")
        self.assertEqual((r.code, r.out), (0, self.box() + "\n"), r.err)
        self.enter("sleep 300 >/dev/null 2>&1 & echo $! > /tmp/pid")
        self.assertEqual(self.enter("kill -0 $(cat /tmp/pid) && echo lives"), "lives\n")

    def test_signals(self):
        """a run's signals reach its command in the box, which ends with it, also when it is killed"""
        self.project_box()
        self.enter("true")
        trap = "trap 'echo got it; exit 9' TERM; echo up; while :; do sleep 0.1; done"
        p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", trap)
        self.assertEqual(p.stdout.readline(), "up\n")
        p.terminate()
        out, err = p.communicate(timeout=60)
        self.assertEqual((p.returncode, out, err), (9, "got it\n", ""))
        for number, code in (signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9):
            p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", "echo up; exec sleep 4321")
            self.assertEqual(p.stdout.readline(), "up\n")
            p.send_signal(number)
            self.assertEqual(p.wait(30), code)
            kit.wait_for(lambda: self.enter("ps | grep -c '[s]leep 4321' || true") == "0\n")
        p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.1; done")
        self.assertEqual(p.stdout.readline(), "up\n")
        p.terminate()
        self.assertEqual(p.wait(30), 137)

    def test_terminal_closed(self):
        """a terminal that is closed ends its shell in the box; the detach keys do not"""
        self.project_box()
        self.enter("true")
        for way in "closed", "detached":
            s = Session("./cnnrun.lua", cwd=self.project, uid=self.uid)
            s.send("echo $((40 + 2)); sleep 4321\n")
            s.expect("42")
            kit.wait_for(lambda: self.enter("ps | grep -c '[s]leep 4321' || true") == "1\n")
            if way == "closed":
                os.close(s.master)
                s.process.wait(30)
                s.master = os.open("/dev/null", os.O_RDONLY)
                kit.wait_for(lambda: self.enter("ps | grep -c '[s]leep 4321' || true") == "0\n")
            else:
                s.send("\x10\x11")
                self.assertEqual(s.wait(30), 0)
                self.assertEqual(self.enter("ps | grep -c '[s]leep 4321' || true"), "1\n")
            s.close()

    def test_stop_and_start(self):
        """stop ends it at once, start starts it, enter does by itself; files stay"""
        self.project_box()
        self.enter("echo a > /tmp/kept; sleep 300 >/dev/null 2>&1 &")
        name = self.box()
        r = self.run_cnnrun("stop", "-t", "60", name)
        self.assertEqual((r.code, r.out), (0, name + "\n"), r.err)
        self.assertEqual(engine.inspect(name)["State"]["ExitCode"], 0)
        self.assertEqual(self.run_cnnrun("start").out, name + "\n")
        self.assertTrue(engine.inspect(name)["State"]["Running"])
        self.assertEqual(self.run_cnnrun("start", name).code, 0)
        self.run_cnnrun("stop", name)
        r = self.run_cnnrun("enter", "--", "cat", "/tmp/kept")
        self.assertEqual((r.code, r.out), (0, "a\n"), r.err)
        self.run_cnnrun("stop", name)
        self.assertEqual(self.enter("cat /tmp/kept"), "a\n")
        r = self.run_cnnrun("enter", name, "nosuch")
        self.assertEqual(r.code, 127)
        r = self.run_cnnrun("enter", "nosuch")
        self.assertIn("cnnrun has no box 'nosuch'", r.err)

    def test_clean(self):
        """clean leaves boxes, and says so; --boxes takes those that are stopped"""
        self.project_box()
        self.enter("true")
        name = self.box()
        self.assertEqual(self.run_cnnrun("clean", "--boxes").code, 0)
        self.assertEqual(self.boxes(), [name])
        self.run_cnnrun("stop", name)
        self.assertIn("1 stopped box stays; --boxes removes such", self.run_cnnrun("clean").err)
        self.assertEqual(self.boxes(), [name])
        self.assertIn("removed container " + name, self.run_cnnrun("clean", "--boxes").out)
        self.assertEqual(self.boxes(), [])
        gates = os.path.join(kit.environment(self.uid)["HOME"], ".local/state/cnnrun/gate")
        self.assertEqual(os.listdir(gates), [])

    def test_steering(self):
        """cnn.run of a container that is a box: its output, in the same one each time"""
        self.write("cnnrun.lua", """local cnn = require "cnnrun"
            return cnn.profile { about = "t", action = "none", setup = function()
                for i = 1, 2 do
                    local c = cnn.container():image "busybox":box():command { "sh", "-c", "hostname; echo x >> /tmp/n; wc -l </tmp/n; cat" }
                    local r = cnn.run(c, { capture = true, input = "in" })
                    print(r.code, (r.stdout:gsub("\\n", " ")))
                end
            end }""")
        r = self.run_cnnrun("./cnnrun.lua")
        self.assertEqual(r.code, 0, r.err)
        name = self.box()
        self.assertEqual(re.findall(r"0\s+(.*)", r.out + r.err), ["%s %d in" % (name, i) for i in (1, 2)])


class Changes(Box, kit.Case):
    def said(self, *args):
        r = self.run_cnnrun("./cnnrun.lua", *args, "--", "true")
        self.assertEqual(r.code, 0, r.err)
        return r.err

    def test_profile(self):
        """a profile that has changed is said, in one line, until the box is made anew"""
        self.project_box()
        self.assertEqual(self.said(), "")
        self.project_box('c:env("A", "1")', 'c:command "date"')
        self.assertEqual(self.said(), "")
        self.assertEqual(self.enter("echo $A"), "1\n")
        self.project_box("c:shm '1m'")
        old = engine.inspect(self.box())["Id"]
        said = self.said()
        self.assertIn("the profile has changed since the box %s was made; --fresh makes it anew" % self.box(), said)
        self.assertEqual(len(said.splitlines()), 1)
        self.assertEqual(engine.inspect(self.box())["Id"], old)
        self.assertEqual(self.said("--fresh"), "")
        self.assertNotEqual(engine.inspect(self.box())["Id"], old)
        self.assertEqual(self.said(), "")

    def test_image(self):
        """so is an image that was built or tagged anew; nothing is built to find out"""
        self.write("Dockerfile", "FROM busybox\nRUN echo 1 > /version\n")
        self.project_box('c:build { tag = "kit-boxed" }', image=None)
        self.assertIn("RUN echo 1", self.said())
        self.assertEqual(self.said(), "")
        self.write("Dockerfile", "FROM busybox\nRUN echo 2 > /version\n")
        said = self.said()
        self.assertIn("the image has changed since the box", said)
        self.assertEqual(len(said.splitlines()), 1, said)
        self.assertEqual(self.enter("cat /version"), "1\n")
        self.said("--fresh")
        self.assertEqual(self.enter("cat /version"), "2\n")
        engine.call("POST", "/images/busybox/tag?repo=kit-tagged&tag=1")
        self.project_box('c:image "kit-tagged:1"', image=None)
        self.assertIn("the image has changed since", self.said())
        engine.call("DELETE", "/images/kit-tagged:1")
        self.assertEqual(self.said("--no-build"), "")
        engine.call("DELETE", "/images/kit-boxed?force=1")

    def test_rights(self):
        """a profile that was granted less than its box has does not enter it"""
        self.project_box('c:capability "NET_RAW"')
        self.enter("true")
        self.run_cnnrun("deny", "./cnnrun.lua")
        self.project_box()
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", granted=False)
        self.assertEqual((r.code, r.out), (125, ""))
        self.assertIn("NET_RAW", r.err)


class Prepare(Box, kit.Case):
    def test_steps(self):
        """each once, in order, as who it says, shown as steps"""
        self.project_box("c:prepare { 'sh', '-c', 'echo one; id -u > /tmp/one' }",
                         "c:prepare('id -u > /two; echo $HOME >> /two', { user = 'root' })")
        r = self.run_cnnrun("./cnnrun.lua", "--", "cat", "/tmp/one", "/two")
        self.assertEqual((r.code, r.out), (0, "%d\n0\n/root\n" % self.uid), r.err)
        self.assertRegex(r.err, r"\[prepare 1/2\] sh -c .*s\n\[prepare 2/2\] sh -c .*s\n")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual((r.code, r.err), (0, ""))

    def test_failure(self):
        """one that fails leaves no box, and its output is shown"""
        self.project_box("c:prepare 'echo x >> /w/ran'", "c:prepare 'echo the reason >&2; exit 3'",
                         "c:prepare 'echo y >> /w/ran'")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual((r.code, r.out), (125, ""))
        self.assertIn("\nthe reason\n", r.err)
        self.assertRegex(r.err.splitlines()[-1], r"\[prepare 2/3\] .* ended with status 3, so there is no box project-")
        self.assertEqual(self.boxes(), [])
        with open(os.path.join(self.project, "ran")) as f:
            self.assertEqual(f.read(), "x\n")

    def test_missing(self):
        """a prepare that names no program fails as well"""
        self.project_box("c:prepare { 'nosuch' }")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("ended with status 127", r.err)
        self.assertEqual(self.boxes(), [])

    def test_killed(self):
        """whoever is killed while it is made, no box is left, and the next run makes one"""
        self.project_box("c:prepare 'echo begun >> /w/begun; sleep 2'")
        for who in "launcher", "janitor", "both":
            begun = os.path.join(self.project, "begun")
            if os.path.exists(begun):
                os.unlink(begun)
            earlier = kit.processes()
            p = self.start_cnnrun("./cnnrun.lua", "--", "true")
            kit.wait_for(lambda: os.path.exists(begun))
            janitors = kit.processes() - earlier - {p.pid}
            for pid in {"launcher": [p.pid], "janitor": janitors, "both": [p.pid, *janitors]}[who]:
                os.kill(pid, signal.SIGKILL)
            p.communicate("", 60)
            if who == "janitor":
                self.assertEqual(p.returncode, 0)
                self.remove_boxes()
                continue
            self.assertFalse([n for n in self.boxes() if ".making-" not in n])
            if who == "both":
                self.assertEqual(self.enter("hostname"), self.box() + "\n")
                self.remove_boxes()
            else:
                kit.wait_for(lambda: not self.boxes())
