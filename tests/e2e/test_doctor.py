# SPDX-License-Identifier: MIT
"""What doctor says of the engine."""
import subprocess

import kit


class Doctor(kit.Case):
    uid = kit.USER

    def test_doctor(self):
        """doctor says what is well and what is missing, line by line"""
        r = self.run_cnnrun("doctor")
        self.assertIn("ngine", r.out)
        self.assertIn("20.10" if b"20.10" in subprocess.check_output(["dockerd", "--version"])
                      else ".", r.out)
        bad = self.run_cnnrun("doctor", env={"DOCKER_HOST": "unix:///nonexistent"})
        self.assertNotEqual(bad.code, 0)

    def test_doctor_elsewhere(self):
        """what leads to another engine is named, and no engine is to be installed"""
        for where in "unix:///nonexistent", "ssh://box", "tcp://box:2376":
            r = self.run_cnnrun("doctor", env={"DOCKER_HOST": where})
            self.assertIn("named by DOCKER_HOST", r.out)
            self.assertNotIn("apt-get install docker.io", r.out)
            r = self.run_cnnrun("doctor", "--host", where)
            self.assertIn("named by --host", r.out)

    def test_missing(self):
        """what is not installed is said with the line that installs it, for whom types it"""
        for uid, sudo in (kit.USER, "sudo "), (0, ""):
            r = self.run_cnnrun("doctor", uid=uid, before=["/usr/bin/env", "PATH=/nosuch"])
            for name, line in ("ssh, for engines on other machines", "openssh-client"), ("busted, for cnnrun test", "lua-busted"):
                self.assertIn("warn  missing: %s\n      -> %sapt-get install %s\n" % (name, sudo, line), r.out)
            self.assertNotIn("libarchive.so.13, for", r.out)
