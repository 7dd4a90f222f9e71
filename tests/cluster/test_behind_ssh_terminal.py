# SPDX-License-Identifier: MIT
"""A cluster behind ssh, at a terminal: its size, its keys, and the one question of Ctrl-C."""
import glob
import os
import signal

import jobs_kit
import kit
from behind_kit import WHERE, BehindSsh


class Terminal(BehindSsh):
    def submit(self, script, call=""):
        self.write("cnnrun.lua", jobs_kit.PROFILE.replace("setup =", 'options = { n = { default = "0" } }, setup =') % call)
        self.allow("./cnnrun.lua", where=WHERE)
        return self.session("./cnnrun.lua", "--", "sh", "-c", script)

    def go(self):
        """Those that were submitted from here may end."""
        for snapshot in glob.glob(self.there["XDG_STATE_HOME"] + "/cnnrun/jobs/*/snapshot"):
            with open(snapshot + "/go", "w"):
                pass

    def test_exec(self):
        """a shell there has this terminal, its size too as that changes, and every key of it"""
        job = self.job("echo up; sleep 600")
        kit.wait_for(lambda: "up" in self.on("logs", job, where=WHERE).out, 60, "its first line", 0.5)
        s = self.session("exec", job, rows=31, cols=93)
        s.send("stty size; trap 'echo caught' INT\r")
        s.expect("31 93")
        s.resize(20, 70)
        kit.wait_for(lambda: (s.send("stty size\r"), "20 70" in s.expect("\n"))[1], 30, "the new size", 0.2)
        s.send("\x03")
        s.expect("caught\r\n")
        s.send("\r~.\r")
        s.expect("not found")
        s.send("exit 5\r")
        self.assertEqual(s.wait(), 5)
        self.assertNotIn("onnection to", s.seen)
        self.assertTrue(s.restored())

    def test_watch(self):
        """a table that is drawn anew; Ctrl-C ends the watcher and nothing else"""
        job = self.job(self.until("go"))
        s = self.session("jobs", "--watch", job)
        s.expect("running")
        s.expect("\x1b[")
        s.send("\x03")
        self.assertEqual(s.wait(), 130)
        self.assertTrue(s.restored())
        self.assertEqual(self.slurm.state(job)["JobState"], "RUNNING")
        s = self.session("jobs", "--watch", job)
        s.expect("running")
        self.write("go", "")
        s.expect("done")
        self.assertEqual(s.wait(), 0)

    def test_ask(self):
        """of a job that was submitted from here, Ctrl-C asks once: stay with it, leave it, cancel it"""
        s = self.submit("echo begun; " + self.until("go") + "echo ended; exit 3")
        s.expect("begun\r\n")
        s.send("\x03")
        s.expect("[S/c/l] ")
        s.send("s\n")
        self.go()
        s.expect("ended\r\n")
        self.assertEqual(s.wait(), 3)
        s = self.submit("echo begun; sleep 600")
        s.expect("begun\r\n")
        s.send("\x03")
        s.expect("[S/c/l] ")
        s.send("l\n")
        job = s.expect(" goes on; to follow it: cnnrun --on ssh://box+slurm logs -f ").split()[-1]
        self.assertEqual(s.wait(), 130)
        self.assertEqual(self.slurm.state(job)["JobState"], "RUNNING")
        s = self.submit("echo begun; sleep 600")
        s.expect("begun\r\n")
        s.send("\x03")
        s.expect("[S/c/l] ")
        s.send("c\n")
        s.expect("was cancelled")
        self.assertEqual(s.wait(), 143)

    def test_sweep(self):
        """its live table, the same question, and the status of what failed"""
        s = self.submit(self.until("go") + 'exit "$N"', "c:sweep { n = { 0, 6 } }:env { N = opt.n }")
        s.expect("of 2 tasks")
        s.expect("running")
        s.send("\x03")
        s.expect("[S/c/l] ")
        s.send("s\n")
        self.go()
        s.expect("failed")
        self.assertEqual(s.wait(), 6)
        self.assertTrue(s.restored())
        s = self.submit("sleep 600", "c:sweep { n = { 0, 6 } }:env { N = opt.n }")
        s.expect("running")
        os.kill(s.process.pid, signal.SIGTERM)
        job = s.expect(" goes on; to follow it: cnnrun --on ssh://box+slurm jobs --watch ").split()[-1]
        self.assertEqual(s.wait(), 143)
        self.assertTrue(s.restored())
        self.assertEqual(self.on("cancel", job, where=WHERE).out, job + "\n")
