# SPDX-License-Identifier: MIT
"""A login host behind ssh: a cnnrun on its PATH, and a state that is not this side's."""
import os
import shutil
import tempfile

import far_kit
import kit
from pty_session import Session

WHERE = "ssh://box+slurm"


class There(far_kit.Far):
    """Who logs in is root."""

    @classmethod
    def setUpClass(cls):
        cls.top = tempfile.mkdtemp(prefix="there.", dir=kit.SCRATCH)
        os.chmod(cls.top, 0o755)
        os.mkdir(cls.top + "/there")
        cls.there = {"SLURM_CONF": cls.top + "/slurm.conf", "XDG_STATE_HOME": cls.top + "/state-there",
                     "PATH": cls.top + "/there:" + os.environ["PATH"]}
        cls.env_there = " ".join("%s=%s" % one for one in cls.there.items())
        super().setUpClass()
        shutil.copy(kit.CNNRUN, cls.top + "/there/cnnrun")

    def there_is(self, script):
        """In place of cnnrun over there, whose version it has."""
        os.rename(self.top + "/there/cnnrun", self.top + "/there/away")
        self.addCleanup(os.rename, self.top + "/there/away", self.top + "/there/cnnrun")
        with open(os.open(self.top + "/there/cnnrun", os.O_WRONLY | os.O_CREAT, 0o755), "w") as f:
            f.write('#!/bin/sh\n[ "$1" != version ] || exec %s/there/away version\n%s' % (self.top, script))

    def session(self, *words, where=WHERE, **more):
        s = Session("--on", where, *words, cwd=self.project, env=self.environment(), granted=False, **more)
        self.addCleanup(s.close)
        return s
