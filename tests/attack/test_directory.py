# SPDX-License-Identifier: MIT
"""Attempts by way of the directory that cnnrun is started in."""
import os
import subprocess

import attack
import kit


class Directory(attack.Attack):
    def test_removed(self):
        """a working directory that was removed is not taken for /"""
        gone = os.path.join(self.project, "gone")
        script = 'mkdir "$1" && cd "$1" && rmdir "$1" && exec "$2" shell'
        for uid in None, self.uid:
            r = subprocess.run(kit.command((), uid)[:-1] + ["sh", "-c", script, "sh", gone, kit.CNNRUN],
                               env=kit.environment(uid), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
            self.assertRegex(r.stderr, r"\Acnnrun: [^\n]*\n\Z")
            self.assertNotEqual(r.returncode, 0)
