# SPDX-License-Identifier: MIT
"""Tables on a narrow terminal."""
import json
import os

import gpus
import kit
from pty_session import Session


class Width(kit.Case):
    uid = kit.USER

    def lines(self, *words, cols=80, env=None):
        s = Session(*words, uid=self.uid, cwd=self.deep, cols=cols, env=env)
        self.addCleanup(s.close)
        self.assertEqual(s.wait(), 0, s.seen)
        return s.seen.replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()

    def setUp(self):
        super().setUp()
        self.deep = os.path.join(self.project, "äöü" * 20, "deep" * 10)
        os.makedirs(self.deep)
        self.profile(name=os.path.join(self.deep, "cnnrun.lua"))
        self.names = ["kit-%s-%d" % ("long" * n, n) for n in (1, 12)]
        for name in self.names:
            self.run_cnnrun("./cnnrun.lua", "--name", name, "--detach", "--", "sleep", "1000", cwd=self.deep)

    def test_containers(self):
        """ps has no line of more than the terminal has columns; a pipe, --no-trunc and --json get all"""
        for words in ("ps",), ("ps", "--all"):
            for cols in 80, 60, 132:
                lines = self.lines(*words, cols=cols)
                self.assertEqual(len(lines), 3)
                self.assertLessEqual(max(map(len, lines)), cols)
                self.assertIn("…", lines[1] + lines[2])
                self.assertIn("kit-long-1 ", "\n".join(lines))
        self.assertIn(self.names[1], "\n".join(self.lines("ps", "--no-trunc")))
        self.assertIn(self.names[1], self.run_cnnrun("ps", cwd=self.deep).out)
        shown = json.loads(self.run_cnnrun("ps", "--json", cwd=self.deep).out)
        self.assertEqual({c["name"] for c in shown}, set(self.names))
        self.assertEqual(self.run_cnnrun("stop", "-t", "0", *self.names).code, 0)

    def test_gpus(self):
        """so has the table of GPUs"""
        machine = gpus.Machine(kit.SCRATCH)
        machine.busy()
        lines = self.lines("ps", "--gpus", cols=50, env=machine.env)
        self.assertGreater(len(lines), 2)
        self.assertLessEqual(max(map(len, lines)), 50)
        self.assertEqual(self.run_cnnrun("stop", "-t", "0", *self.names).code, 0)


if __name__ == "__main__":
    import unittest
    unittest.main()
