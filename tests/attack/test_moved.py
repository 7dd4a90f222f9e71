# SPDX-License-Identifier: MIT
"""Attempts to have another directory mounted than the one that was looked at."""
import os
import subprocess

import attack
import exchange
import kit


class Moved(attack.Attack):
    """The engine looks the sources of mounts up by itself, as root. A container that runs
    already, and may write the project, puts a link in the place of a directory for as long as
    that takes."""

    def setUp(self):
        super().setUp()
        self.home = kit.environment(self.uid)["HOME"]
        self.write("data/mine", "the project's own")
        self.link = os.path.join(self.project, "link")
        os.symlink(self.home, self.link)
        self.data = os.path.join(self.project, "data")

    def behind(self, a, b, pattern="POST .*/start"):
        """The environment of a launch during whose start a and b are exchanged."""
        proxy = exchange.Exchanger(self.project + ".sock", a, b, pattern)
        self.addCleanup(proxy.end)
        self.proxy = proxy
        return {"DOCKER_HOST": "unix://" + proxy.path}

    READ = "cat /d/secret /d/*; echo ran > /w/proof; cat /d/secret >> /w/proof"

    def launch(self, env, *words, script=READ, **more):
        r = self.attempt("./cnnrun.lua", *words, "--", "sh", "-c", script, env=env, **more)
        proof = os.path.join(self.project, "proof")
        self.assertFalse(os.path.exists(proof), "the command ran")
        return r

    def assertMoved(self, r):
        self.assertHeld(r, "something else was at")
        self.assertEqual(r.code, 125)
        self.assertGreater(self.proxy.n, 0)

    def test_for_the_start(self):
        """a directory is a link while the engine starts the container, and itself before and after"""
        self.profile('c:mount(".", "/w")', 'c:mount("data", "/d")')
        self.assertMoved(self.launch(self.behind(self.data, self.link)))
