# SPDX-License-Identifier: MIT
"""A container from its start to its end."""
import os
import signal
import time

import kit
from row import ME, PODMAN, RELEASE, ROOTLESS, Row, before


class Sessions(Row):
    def setUp(self):
        super().setUp()
        self.profile('c:user "host"', 'c:env { PS1 = "ready> " }')

    def test_output(self):
        """output, errors, input and its end"""
        r = self.run_profile("--", "sh", "-c", "cat; echo bad >&2", input="given\n")
        self.assertEqual((r.out, r.err), ("given\n", "bad\n"))

    def test_terminal(self):
        """a terminal of the right size, from the first moment"""
        s = self.session("./cnnrun.lua", "--", "sh")
        s.expect("ready> ")
        s.send("stty size\r")
        s.expect("24 80")
        s.send("exit 9\r")
        self.assertEqual(s.wait(), 9)
        self.assertTrue(s.restored())

    def test_statuses(self):
        """0, 42, 125, 126, 127, with our init and without"""
        self.write("plain", "x")
        for more in (), ("c:init(false)",):
            self.profile('c:user "host"', 'c:mount(".", "/b")', *more)
            for code, command in ((0, ["true"]), (42, ["sh", "-c", "exit 42"]), (127, ["nosuch"]), (126, ["/b/plain"]),
                                (126, ["/b"])):
                self.run_profile("--", *command, code=code)
        self.profile('c:image "cnnrun.invalid/none"', image=None)
        r = self.run_profile("--", "true", code=125)
        self.assertEqual(len(r.err.splitlines()), 1, r.err)

    def test_detach(self):
        """detach by keys, attach, exit: the container is gone"""
        for _ in range(3):
            s = self.session("./cnnrun.lua", "--name", "row-detach", "--", "sh")
            s.expect("ready> ")
            s.send("\x10")
            time.sleep(0.1)  # Podman takes keys that come one by one
            s.send("\x11")
            self.assertEqual(s.wait(), 0)
            s = self.session("attach", "row-detach")
            s.send("\r")
            s.expect("ready> ")
            s.send("exit 3\r")
            self.assertEqual(s.wait(), 3)
            self.gone("row-detach")

    def test_detached(self):
        """--detach: goes on, is attached to by pipes, and is gone when it ends"""
        name = self.detached("sh", "-c", "until [ -e /tmp/go ]; do sleep 0.1; done; exit 5")
        p = self.start_cnnrun("attach", name)
        self.assertEqual(self.run_cnnrun("exec", name, "--", "touch", "/tmp/go").code, 0)
        self.assertEqual(p.wait(30), 5)
        self.gone(name)

    def test_kept(self):
        """c:keep: listed when it has ended, with its output, until clean"""
        self.profile('c:user "host"', "c:keep()")
        self.run_profile("--name", "row-kept", "--", "sh", "-c", "echo said; exit 4", code=4)
        self.assertRegex(self.run_cnnrun("ps", "-a").out, "row-kept.*xited.*4")
        self.assertEqual(self.run_cnnrun("logs", "row-kept").out, "said\n")
        self.assertEqual(self.run_cnnrun("clean").code, 0)
        self.gone("row-kept")

    def test_doctor(self):
        """doctor knows what it is"""
        out = self.run_cnnrun("doctor").out
        self.assertRegex(out, "engine: %s %d.%d" % (("Podman" if PODMAN else "Docker",) + RELEASE))
        self.assertIn("engine mode: %s" % ("rootless" if ROOTLESS else "as root"), out)

    def test_exec(self):
        """exec: as the same user, with a status of its own"""
        name = self.detached("sleep", "1000")
        r = self.run_cnnrun("exec", name, "--", "sh", "-c", "id -u; exit 7")
        self.assertEqual((r.out, r.code), (ME + "\n", 7), r.err)
        missing = 126 if not PODMAN and before(28) else 127  # docker's own
        self.assertEqual(self.run_cnnrun("exec", name, "--", "nosuch").code, missing)
        self.assertEqual(self.run_cnnrun("stop", name).code, 0)

    def test_logs(self):
        """logs of what runs detached, followed to its end"""
        name = self.detached("sh", "-c", "echo one; echo two >&2; until [ -e /tmp/go ]; do sleep 0.1; done; echo three")
        kit.wait_for(lambda: "two" in self.run_cnnrun("logs", name).err, 20, "its output")
        p = self.start_cnnrun("logs", "-f", name)
        self.run_cnnrun("exec", name, "--", "touch", "/tmp/go")
        out, err = p.communicate(timeout=30)
        self.assertEqual((out, err), ("one\nthree\n", "two\n"))
        self.gone(name)

    def test_stop(self):
        """stop: TERM first, the program's own end, gone at once"""
        name = self.detached("sh", "-c", "trap 'echo heard; exit 0' TERM; while :; do sleep 0.1; done")
        self.assertEqual(self.run_cnnrun("stop", name).code, 0)
        self.gone(name)

    def test_signals(self):
        """^C and TERM reach the program"""
        p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c",
                              "trap 'exit 33' TERM; echo up; while :; do sleep 0.1; done")
        self.assertEqual(p.stdout.readline(), "up\n")
        p.send_signal(signal.SIGTERM)
        self.assertEqual(p.wait(30), 33)

    def test_killed(self):
        """kill -9 of the launcher: nothing is left"""
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
        self.new_container()
        os.kill(p.pid, signal.SIGKILL)
        self.assertNothingLeft()

    def test_killed_all(self):
        """kill -9 of the launcher and its janitor: the next start sweeps"""
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000")
        name = self.new_container()
        for pid in kit.processes() - self.before["processes"]:
            os.kill(pid, signal.SIGKILL)
        p.wait()
        self.run_profile("--", "true")
        self.gone(name)
