# SPDX-License-Identifier: MIT
"""What tests of jobs' commands share: a Slurm, and a job of a few words in it."""
import json
import os
import re
import tempfile

import kit
import slurm_kit

PROFILE = """local cnn = require "cnnrun"
return cnn.profile { about = "a job", setup = function(c, opt)
	c:image "busybox"
	c:mount(".", "/w"):workdir "/w"
	%s
end }
"""


class Case(kit.Case):
    uid = kit.USER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        top = tempfile.mkdtemp(prefix="slurm.", dir=kit.SCRATCH)
        os.chmod(top, 0o755)
        cls.slurm = slurm_kit.Slurm(top, cls.uid)
        cls.env = {"SLURM_CONF": cls.slurm.env["SLURM_CONF"]}

    def setUp(self):
        super().setUp()
        self.addCleanup(self.end_all)

    def end_all(self):
        self.slurm.said("scancel", "--user", str(self.uid))
        kit.wait_for(lambda: self.slurm.said("squeue", "--noheader") == "", 30, "the end of all jobs")

    @classmethod
    def tearDownClass(cls):
        cls.slurm.end()
        super().tearDownClass()

    def words(self, script, *options, call=""):
        """The command line of a job that does this."""
        self.write("cnnrun.lua", PROFILE % call)
        kit.allow("./cnnrun.lua", uid=self.uid, cwd=self.project)
        return ("--on", "slurm", *options, "./cnnrun.lua", "--", "sh", "-c", script)

    def cnn(self, *words, code=0, **more):
        r = self.run_cnnrun(*words, env=self.env, granted=False, **more)
        self.assertEqual(r.code, code, r.out + r.err)
        return r

    def job(self, script, call=""):
        """The number of one that is under way; self.dir is its directory."""
        r = self.cnn(*self.words(script, "--detach", call=call))
        self.dir = re.search(r"its output: (\S+)/log", r.err).group(1)
        return r.out.strip()

    def until(self, path):
        """Words of a job that wait for a file of the project."""
        return "until [ -e %s ]; do sleep 0.1; done; " % path

    def read(self, name):
        """A file of the job's directory."""
        with open(os.path.join(self.dir, name)) as f:
            return f.read()

    def exit(self):
        return json.loads(self.read("exit.json"))

    def log(self):
        try:
            return self.read("log")
        except FileNotFoundError:
            return ""
