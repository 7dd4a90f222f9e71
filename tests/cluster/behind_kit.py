# SPDX-License-Identifier: MIT
"""A cluster behind ssh: a login host, and a Slurm there."""
import os
import re

import kit
import slurm_kit
from jobs_kit import PROFILE
from there_kit import WHERE, There

__all__ = ["WHERE", "BehindSsh"]


class BehindSsh(There):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slurm = slurm_kit.Slurm(cls.top, 0)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.slurm.end()

    def setUp(self):
        super().setUp()
        self.addCleanup(self.end_all)

    def end_all(self):
        self.slurm.said("scancel", "--user", "0")
        kit.wait_for(lambda: self.slurm.said("squeue", "--noheader") == "", 30, "the end of all jobs")

    def job(self, script, call=""):
        """One that somebody submits there."""
        self.write("cnnrun.lua", PROFILE % call)
        env = dict(self.there, DOCKER_HOST="unix://" + self.socket)
        self.run_cnnrun("allow", "./cnnrun.lua", env=env, granted=False)
        r = self.run_cnnrun("--on", "slurm", "--detach", "./cnnrun.lua", "--", "sh", "-c", script, env=env, granted=False)
        self.assertEqual(r.code, 0, r.err)
        self.dir = re.search(r"output: (\S+?)/(task\.\*/)?log", r.err).group(1)
        return r.out.strip()

    def until(self, name):
        return "until [ -e /w/%s ]; do sleep 0.1; done; " % name

    def ended(self, job):
        kit.wait_for(lambda: os.path.exists(self.dir + "/exit.json"), 60, "the end of job " + job)

    def left_there(self, *words):
        """What still runs over there with these words."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/cmdline" % pid) as f:
                    its = f.read().split("\0")
            except OSError:
                continue
            if its[0] == "cnnrun" and all(w in its for w in words):
                found.append(int(pid))
        return found
