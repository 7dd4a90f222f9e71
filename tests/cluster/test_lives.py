# SPDX-License-Identifier: MIT
"""Whatever dies while a job runs, and whoever kills it: nothing of it stays on any node, and it is there once."""
import contextlib
import os
import signal

import kit
import lab_kit

LOOP = "echo begun; touch /w/begun; while :; do sleep 0.2; done"
SERVICE = 'c:service("s", function(s) s:image "busybox":command { "sleep", "1000" } end)'


class Deaths(lab_kit.Case):
    def test_cancelled(self):
        """a job is cancelled"""
        job = self.job(SERVICE, LOOP)
        self.made("begun")
        self.lab.said("scancel", job)
        self.assertEqual(self.lab.ended(job)["JobState"], "CANCELLED")
        self.assertClean()

    def test_killed(self):
        """all processes of a job are killed at once"""
        job = self.job(SERVICE, LOOP)
        self.made("begun")
        self.lab.said("scancel", "--full", "-s", "KILL", job)
        self.lab.ended(job)
        self.assertClean()

    def test_without_janitor(self):
        """its launcher and its janitor are killed, and nothing of cnnrun's is left to clean but the epilog"""
        job = self.job(SERVICE, LOOP)
        self.made("begun")
        for pid in kit.processes() - self.before["processes"]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.lab.ended(job)
        self.assertClean()

    def test_again_elsewhere(self):
        """a node loses its power: the job begins again on the other, which costs it none of its retries"""
        job = self.job("", "echo on $(hostname) >>/w/begun; until [ -e /w/go ]; do sleep 0.2; done; echo done")
        self.made("begun")
        at = int(self.lab.state(job)["NodeList"][1:])
        self.lab.hosts[at].power_off()
        self.addCleanup(lambda: self.lab.hosts[at].pid or self.lab.power_on(at))
        self.lab.again(job)
        self.assertEqual(self.lab.state(job)["NodeList"], "n%d" % (3 - at))
        self.write("go", "")
        self.assertEqual(self.lab.ended(job)["ExitCode"], "0:0", self.read("log"))
        self.assertFalse(os.path.exists(self.dir + "/retried"))
        self.assertEqual(self.exit()["status"], 0)
        self.assertClean()
        self.lab.power_on(at)
        self.assertTrue(self.lab.hosts[at].left(), "what the power cut left on the node's disk")
        self.lab.said("srun", "-w", "n%d" % at, "true")  # the next job of whomever
        self.assertClean()
