# SPDX-License-Identifier: MIT
"""What the attempts to have another directory mounted share."""
import os

import attack
import exchange
import kit


class Moved(attack.Attack):
    """The engine looks the sources of mounts up by itself, as root. A container that runs
    already, and may write the project, puts a link in the place of a directory for as long as
    that takes."""

    READ = "cat /d/secret; echo ran > /w/proof; cat /d/secret >> /w/proof"

    def setUp(self):
        super().setUp()
        self.home = kit.environment(self.uid)["HOME"]
        self.write("data/mine", "the project's own")
        self.data, self.link = self.path("data"), self.path("link")
        os.symlink(self.home, self.link)
        self.proof = self.path("proof")

    def path(self, name):
        return os.path.join(self.project, name)

    def behind(self, a, b, at=exchange.START, **more):
        """The environment of a launch during which a and b are exchanged, and back."""
        path = "%s.%d" % (self.project, len(os.listdir(kit.SCRATCH)))
        self.proxy = exchange.Exchanger(path, a, b, at, **more)
        self.addCleanup(self.proxy.end)
        return {"DOCKER_HOST": "unix://" + self.proxy.path}

    def launch(self, env, *words, script=READ, **more):
        return self.attempt("./cnnrun.lua", *words, "--", "sh", "-c", script, env=env, **more)

    def assertMoved(self, r):
        self.assertFalse(os.path.exists(self.proof), "the command ran")
        self.assertHeld(r, "something else was at", "cnnrun ps")
        self.assertEqual(r.code, 125)
        self.assertGreater(self.proxy.n, 1)
