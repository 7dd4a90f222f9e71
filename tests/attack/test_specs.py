# SPDX-License-Identifier: MIT
"""Attempts by specs of profiles, which are programs that a stranger wrote."""
import os
import shutil
import tempfile

import attack
import kit

BOB = 1001  # another user


class Specs(attack.Attack):
    """Before `cnnrun test` nothing looked at a spec; only that command does."""

    def setUp(self):
        super().setUp()
        self.profile()
        self.ran = os.path.join(kit.environment(self.uid)["HOME"], "spec-ran")
        self.text = 'io.open("%s", "w"):close()\n' % self.ran
        self.addCleanup(lambda: os.path.exists(self.ran) and os.unlink(self.ran))

    def assertNotRun(self, r=None, *words):
        self.assertFalse(os.path.exists(self.ran), "the spec ran")
        if r:
            self.assertHeld(r, *words)

    def test_other_commands(self):
        """a repository's specs, by any command that is not `cnnrun test`"""
        for name in "cnnrun_spec.lua", "test_spec.lua", "spec/x_spec.lua", ".busted":
            self.write(name, self.text)
        for words in (["plan"], ["list"], ["--help"], ["plan", "--help"], ["completion", "bash"], ["allow"],
                      ["doctor"], ["--", "true"], ["test", "--help"]):
            self.attempt(*words)
            self.assertNotRun()

    def test_require(self):
        """a profile that wants a spec's rights: the testing library is not for profiles"""
        self.write("cnnrun.lua", 'require "cnnrun.testing"')
        self.assertHeld(self.attempt("plan"), "cnnrun has no such module")
        self.write("cnnrun.lua", 'require "cnnrun_spec"')
        self.write("cnnrun_spec.lua", self.text)
        self.assertNotRun(self.attempt("plan"), "io.open")

    def test_others_directory(self):
        """a project that another user could change"""
        self.write("cnnrun_spec.lua", self.text)
        os.chown(self.project, BOB, BOB)
        self.assertNotRun(self.attempt("test"), "is not run: ")
        os.chown(self.project, self.uid, self.uid)
        os.chmod(self.project, 0o777)
        self.assertNotRun(self.attempt("test"), "is not run: ")

    def test_others_file(self):
        """a spec that another user could change, found or named"""
        path = self.write("cnnrun_spec.lua", self.text)
        os.chmod(path, 0o666)
        self.assertNotRun(self.attempt("test"), "cnnrun_spec.lua is not run: ")
        self.assertNotRun(self.attempt("test", "cnnrun_spec.lua"), "cnnrun_spec.lua is not run: ")
        os.chmod(path, 0o644)
        os.chown(path, BOB, BOB)
        self.assertNotRun(self.attempt("test"), "cnnrun_spec.lua is not run: ")

    def test_links(self):
        """specs behind links that lead out of the project"""
        elsewhere = tempfile.mkdtemp(dir=kit.SCRATCH)
        self.addCleanup(shutil.rmtree, elsewhere)
        os.chmod(elsewhere, 0o755)
        with open(os.path.join(elsewhere, "x_spec.lua"), "w") as f:
            f.write(self.text)
        os.symlink(elsewhere, os.path.join(self.project, "dir"))
        os.symlink(os.path.join(elsewhere, "x_spec.lua"), os.path.join(self.project, "y_spec.lua"))
        self.assertNotRun(self.attempt("test"), "there is no file *_spec.lua")

    def test_within(self):
        """a stranger's repository that was cloned into a project"""
        self.write("vendor/theirs/.git/HEAD", "")
        self.write("vendor/theirs/x_spec.lua", self.text)
        self.write("vendor/work/.git", "gitdir: /x")
        self.write("vendor/work/x_spec.lua", self.text)
        self.write(".hidden/x_spec.lua", self.text)
        self.assertNotRun(self.attempt("test"), "there is no file *_spec.lua")

    def test_home(self):
        """specs anywhere below the home, called in it"""
        home = kit.environment(self.uid)["HOME"]
        for name in "cnnrun.lua", "Downloads/x_spec.lua":
            path = os.path.join(home, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as f:
                f.write(self.text)
            os.chown(path, self.uid, self.uid)
            self.addCleanup(os.unlink, path)
        self.assertNotRun(self.attempt("test", cwd=home), "is no project")

    def test_plan_that_lies(self):
        """what cnnrun.testing asks the program is checked like a profile's plan"""
        for text in ('{"plan": 5}', '{"plan": {"version": 2}}', "[]", "{", '{"variable": "HOME"}', "",
                     '{"plan": {"version": 2, "containers": {"main": {"mount": [{"source": "/etc/\\u0000"}]}}}}',
                     '{"plan": {"version": 2, "containers": {"main": {"shm": -1}}}}', "[" * 100000):
            self.write("asked.json", text)
            self.assertHeld(self.attempt("test", "--check", "asked.json"))
