# SPDX-License-Identifier: MIT
"""What the attacks share. Each test is one attempt, named by what it tries; it passes where
the attempt was held. `BUILD=elsewhere/build tests/run.sh attack` tries another build."""
import os
import re

import kit

SECRET = "the user's own secret, of no concern to a stranger"


class Attack(kit.Case):
    """An ordinary user, who has a secret in the home, and a stranger's repository."""

    uid = kit.USER

    def setUp(self):
        super().setUp()
        home = kit.environment(self.uid)["HOME"]
        self.secret = os.path.join(home, "secret")
        with open(self.secret, "w") as f:
            f.write(SECRET)
        os.chown(self.secret, self.uid, self.uid)
        os.chmod(self.secret, 0o600)
        self.write(".git/HEAD", "ref: refs/heads/main\n")

    def attempt(self, *args, **more):
        """cnnrun, as the user runs what the stranger left: nothing was granted."""
        more.setdefault("granted", False)
        return self.run_cnnrun(*args, **more)

    def assertHeld(self, r, *words):
        """It ended in one line that says these words, and nothing of the secret came out."""
        self.assertNotEqual(r.code, 0, r.out)
        self.assertNotIn(SECRET, r.out + r.err)
        self.assertRegex(r.err, r"\Acnnrun: [^\n]*\n\Z")
        for word in words:
            self.assertIn(word, r.err)

    def assertNoSecret(self, *texts):
        for text in texts:
            self.assertNotIn(SECRET, text)

    def assertAllMine(self, *tops):
        """Nothing below these is root's."""
        for top in tops or (self.project,):
            for where, dirs, files in os.walk(top):
                for name in dirs + files:
                    path = os.path.join(where, name)
                    self.assertEqual(os.lstat(path).st_uid, self.uid, path + " is not the user's")

    def rights(self, *args, **more):
        """What `plan` says would be asked for."""
        r = self.attempt("plan", *args, **more)
        self.assertEqual(r.code, 0, r.err)
        return re.findall(r"^\s+- (.*)$", r.out, re.M)
