# SPDX-License-Identifier: MIT
"""Tests on the lab: jobs of an ordinary user, who logs in on n0."""
import json
import os
import re

import kit
import lab
from jobs_kit import PROFILE


class Case(kit.Case):
    uid = kit.USER
    more = {}  # of the lab

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lab = lab.Lab(os.path.join(kit.SCRATCH, "lab-" + cls.__name__), cls.uid, **cls.more)
        cls.env = dict(cls.lab.conf(), DOCKER_HOST=None)

    @classmethod
    def tearDownClass(cls):
        cls.lab.end()
        super().tearDownClass()

    def on(self, number, *words, **more):
        """cnnrun on one of the hosts, in the project."""
        return self.run_cnnrun(*words, env=dict(self.env, **more), granted=False,
                               around=self.lab.hosts[number].at(self.project))

    def job(self, call, script, *options, **env):
        """Submits it; leaves where its files are in self.dir."""
        self.write("cnnrun.lua", PROFILE % call)
        self.on(0, "allow", "./cnnrun.lua")
        r = self.on(0, "--on", "slurm", "--detach", *options, "./cnnrun.lua", "--", "sh", "-c", script, **env)
        self.assertEqual(r.code, 0, r.err)
        self.dir = re.search(r"its output: (\S+)/log", r.err).group(1)
        number = r.out.strip()
        self.addCleanup(self.lab.said, "scancel", number)
        return number

    def read(self, name):
        with open(os.path.join(self.dir, name)) as f:
            return f.read()

    def exit(self):
        return json.loads(self.read("exit.json"))

    def made(self, name, seconds=30):
        """Until its command has made a file in the project."""
        path = os.path.join(self.project, name)
        kit.wait_for(lambda: os.path.exists(path), seconds, "%s of the job; it said %s" % (name, self.read("log")
                     if os.path.exists(self.dir + "/log") else "nothing"))

    def assertClean(self, seconds=10):
        """No host's engine, and no process, has anything of a job."""
        def left():
            return self.lab.left() or kit.processes() - self.before["processes"]
        try:
            kit.wait_for(lambda: not left(), seconds)
        except AssertionError:
            self.fail("left behind: %r" % left())
