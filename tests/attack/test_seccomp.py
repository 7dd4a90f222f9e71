# SPDX-License-Identifier: MIT
"""Attempts by way of a file of system calls."""
import json
import os

import attack
import kit
from pty_session import Session

ALL = {"defaultAction": "SCMP_ACT_ALLOW"}
NO_MKDIR = dict(ALL, syscalls=[{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}])


class Seccomp(attack.Attack):
    """Such a file was the engine's to refuse before."""

    def setUp(self):
        super().setUp()
        self.write("calls.json", json.dumps(NO_MKDIR))
        self.profile('c:security "seccomp=calls.json"')

    def attempt_mkdir(self):
        return self.attempt("./cnnrun.lua", "--", "mkdir", "/tmp/x")

    def test_unasked(self):
        """a file that loosens, without a word"""
        self.write("calls.json", json.dumps(ALL))
        self.assertHeld(self.attempt_mkdir(), "change its confinement", "calls.json")

    def test_other_content(self):
        """another file of the name that was granted"""
        kit.allow("./cnnrun.lua", uid=self.uid, cwd=self.project)
        self.assertIn("not permitted", self.attempt_mkdir().err)
        self.write("calls.json", json.dumps(ALL))
        self.assertHeld(self.attempt_mkdir(), "change its confinement", "calls.json")

    def test_exchanged(self):
        """the file is exchanged while the question about it stands"""
        s = Session("./cnnrun.lua", "--", "sh", "-c", "mkdir /tmp/x; echo it is over", uid=self.uid,
                    cwd=self.project, granted=False, cols=200)
        self.addCleanup(s.close)
        s.expect("Allow this? [y/N] ")
        self.write("calls.json", json.dumps(ALL))
        s.send("y\r")
        self.assertIn("can't create directory '/tmp/x'", s.expect("it is over\r\n"))
        s.wait()

    def test_outside(self):
        """a link to what lies outside the project, which is read and listed as such"""
        with open(self.secret, "w") as f:
            json.dump(ALL, f)
        os.remove(os.path.join(self.project, "calls.json"))
        os.symlink(self.secret, os.path.join(self.project, "calls.json"))
        asked = "\n".join(self.rights("./cnnrun.lua"))
        self.assertIn("follow a link of the project and read outside the project: " + self.secret, asked)
        self.assertIn("seccomp=" + self.secret, asked)

    def test_no_profile(self):
        """what is none: a secret, a pipe that nobody writes, too much, other bytes"""
        path = os.path.join(self.project, "calls.json")
        for make, words in ((lambda: os.symlink(self.secret, path), "calls.json"),
                            (lambda: os.mkfifo(path), "not a regular file"),
                            (lambda: os.mkdir(path), "not a regular file"),
                            (lambda: os.symlink("/dev/zero", path), "not a regular file"),
                            (lambda: self.write("calls.json", " " * (1 << 20) + "{}"), "larger than"),
                            (lambda: self.write("calls.json", "[" * 5000), "calls.json"),
                            (lambda: self.write("calls.json", "[]"), "a profile begins with"),
                            (lambda: self.write("calls.json", ""), "calls.json"),
                            (lambda: self.write("calls.json", b'{"defaultAction":"\xff"}'), "UTF-8"),
                            (lambda: self.write("calls.json", b'{"defaultAction":"x"}\0{}'), "calls.json")):
            if os.path.isdir(path):
                os.rmdir(path)
            else:
                os.remove(path)
            make()
            for command in (), ("plan",):
                with self.subTest(words, command=command):
                    self.assertHeld(self.attempt(*command, "./cnnrun.lua", timeout=20), "cnnrun.lua:", words)

    def test_words(self):
        """words of the engine's in other letters, which are files"""
        for word in "Unconfined", "unconfined ", "", "builtin/../x":
            self.profile('c:security "seccomp=%s"' % word)
            self.assertHeld(self.attempt_mkdir(), "cnnrun.lua:")
