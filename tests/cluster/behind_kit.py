# SPDX-License-Identifier: MIT
"""A cluster behind ssh: an sshd, a Slurm, and a state over there that is not this side's."""
import os
import re
import shutil
import tempfile

import far_kit
import kit
import slurm_kit
from jobs_kit import PROFILE

WHERE = "ssh://box+slurm"


class BehindSsh(far_kit.Far):
    """Who logs in is root, whose state lies elsewhere than this side's."""

    @classmethod
    def setUpClass(cls):
        cls.top = tempfile.mkdtemp(prefix="behind.", dir=kit.SCRATCH)
        os.chmod(cls.top, 0o755)
        cls.slurm = slurm_kit.Slurm(cls.top, 0)
        os.mkdir(cls.top + "/there")
        cls.there = {"SLURM_CONF": cls.top + "/slurm.conf", "XDG_STATE_HOME": cls.top + "/state-there",
                     "PATH": cls.top + "/there:" + os.environ["PATH"]}
        cls.env_there = " ".join("%s=%s" % one for one in cls.there.items())
        super().setUpClass()
        shutil.copy(kit.CNNRUN, cls.top + "/there/cnnrun")

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

    def job(self, script):
        """One that somebody submits there."""
        self.write("cnnrun.lua", PROFILE % "")
        env = dict(self.there, DOCKER_HOST="unix://" + self.socket)
        self.run_cnnrun("allow", "./cnnrun.lua", env=env, granted=False)
        r = self.run_cnnrun("--on", "slurm", "--detach", "./cnnrun.lua", "--", "sh", "-c", script, env=env, granted=False)
        self.assertEqual(r.code, 0, r.err)
        self.dir = re.search(r"its output: (\S+)/log", r.err).group(1)
        return r.out.strip()

    def ended(self, job):
        kit.wait_for(lambda: os.path.exists(self.dir + "/exit.json"), 60, "the end of job " + job)
