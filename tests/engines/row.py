# SPDX-License-Identifier: MIT
"""What the rows of the table share: a user's project before the engine of DOCKER_HOST."""
import os
import unittest

import kit
from pty_session import Session

INFO, VERSION = kit.engine.get("/info"), kit.engine.get("/version")
PODMAN = any("Podman" in c["Name"] for c in VERSION["Components"])
RELEASE = tuple(int(n) for n in VERSION["Version"].split("+")[0].split(".")[:2])
ROOTLESS = bool(INFO.get("Rootless")) or "name=rootless" in INFO["SecurityOptions"]
# A rootless Docker has no other way to give you your files.
ME = "0" if ROOTLESS and not PODMAN else str(kit.USER)


def before(major, minor=0):
    return RELEASE < (major, minor)


class Row(kit.Case):
    """A test is a row; what its engine cannot do is said by because()."""

    uid = kit.USER

    def because(self, reason):
        raise unittest.SkipTest(reason)

    def run_profile(self, *words, code=0, **more):
        r = self.run_cnnrun("./cnnrun.lua", *words, **more)
        self.assertEqual(r.code, code, r.err)
        return r

    def session(self, *words):
        s = Session(*words, uid=self.uid, cwd=self.project)
        self.addCleanup(s.close)
        return s

    def detached(self, *command):
        """The name of a container that runs on."""
        r = self.run_profile("--detach", "--", *command)
        return r.out.strip().splitlines()[-1]

    def gone(self, name, seconds=20):
        kit.wait_for(lambda: name not in kit.engine.containers(), seconds, "the container's end")

    def mine(self, name):
        """Of the user on this machine, and of nobody else?"""
        st = os.stat(os.path.join(self.project, name))
        self.assertEqual((st.st_uid, st.st_gid), (self.uid, self.uid), name)
