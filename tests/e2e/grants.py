# SPDX-License-Identifier: MIT
"""A store of grants of each test's own, and what is said of a run."""
import os
import shutil
import tempfile

import kit
from pty_session import Session

HOSTILE = ('c:mount("/", "/host")', 'c:mount("%s", "/run/d.sock")' % kit.SOCKET,
           'c:network "host"', 'c:user "root"')
HOST_NETWORK = "use the host's network, its loopback and abstract sockets (X's too)"
WORDS = ("control the container engine, and so the host: ", "write outside the project: /",
         "use the host's network", "be root in the container")


class Grants(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.state = tempfile.mkdtemp(prefix="state.", dir=kit.SCRATCH)  # a store of each test's own
        self.addCleanup(shutil.rmtree, self.state, True)
        os.chown(self.state, self.uid, self.uid)
        self.env = {"XDG_STATE_HOME": self.state}

    def cnnrun(self, *words, env=None, **more):
        return self.run_cnnrun(*words, granted=False, env=dict(self.env, **(env or {})), **more)

    def run_it(self, *words, **more):
        return self.cnnrun("./cnnrun.lua", *words, "--", "echo", "ran", **more)

    def refused(self, r, *parts):
        self.assertEqual((r.code, r.out), (125, ""), r.err)
        self.assertEqual(len(r.err.splitlines()), 1, r.err)
        for part in parts:
            self.assertIn(part, r.err)
        return r.err.split("to allow it: ")[-1].strip()

    def ran(self, r):
        self.assertEqual((r.code, r.out), (0, "ran\n"), r.err)

    def session(self, *words):
        s = Session("./cnnrun.lua", *words, "--", "sh", "-c", "echo r$((6*7))n", uid=self.uid, cwd=self.project,
                    env=self.env, granted=False)
        self.addCleanup(s.close)
        return s

    def store(self):
        d = os.path.join(self.state, "cnnrun/grants")
        return [os.path.join(d, f) for f in os.listdir(d) if f.endswith(".json")]
