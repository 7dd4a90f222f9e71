# SPDX-License-Identifier: MIT
"""Attempts to make a stranger's of what came with cnnrun: its profiles, modules and script."""
import os
import shutil
import tempfile

import attack
import kit

BOB = 1001  # another user
BUILD = 'c:build { tag = "shipped:1", context = ".", dockerfile = "docker/Dockerfile" }'
HOST = "use the host's network while the image is built"


class Shipped(attack.Attack):
    """Names, parts and $CNNRUN_PATH were held before; what a build is made from was not."""

    def laid(self, owner=BOB):
        """A directory of another user's making."""
        path = tempfile.mkdtemp(dir=kit.SCRATCH)
        os.chown(path, owner, owner)
        os.chmod(path, 0o755)
        self.addCleanup(shutil.rmtree, path, True)
        return path

    def test_dockerfile(self):
        """the stranger's Dockerfile on the host's network, by a profile that came with cnnrun"""
        self.write("docker/Dockerfile", "FROM busybox\n")
        for words in ("shell", "--", "true"), ("profiles/build.lua",), ("build", "shell"), ("train",):
            self.assertHeld(self.attempt(*words), " is not allowed to ", HOST)
        for name in "shell", "train", "profiles/build.lua":
            self.assertIn(HOST + "  (not granted yet)", self.attempt("plan", name).out)

    def test_without_a_build(self):
        """what came with cnnrun still needs no grant for what it says itself"""
        r = self.attempt("shell", "--image", "busybox", "--", "echo", "ran")
        self.assertEqual((r.code, r.out), (0, "ran\n"), r.err)

    def test_writable_dockerfile(self):
        """a Dockerfile that others may change, or put another in place of"""
        path = self.write("docker/Dockerfile", "FROM busybox\n")
        self.profile(BUILD, image=None)
        for p, mode in (path, 0o666), (os.path.dirname(path), 0o777):
            before = os.stat(p).st_mode & 0o7777
            os.chmod(p, mode)
            self.assertHeld(self.attempt("build", "./cnnrun.lua"),
                            "nothing is built: %s can be changed by every user" % p, "chmod go-w " + p)
            self.assertHeld(self.attempt("./cnnrun.lua", "--", "true"), "nothing is built: ")
            os.chmod(p, before)

    def test_dockerfile_of_another(self):
        """a Dockerfile, its directory, or a .dockerignore that belongs to another user"""
        self.profile(BUILD, image=None)
        path = self.write("docker/Dockerfile", "FROM busybox\n")
        ignore = self.write(".dockerignore", "x\n")
        for p in path, os.path.dirname(path), ignore:
            os.chown(p, BOB, BOB)
            self.assertHeld(self.attempt("build", "./cnnrun.lua"), "%s belongs to uid 1001" % p)
            os.chown(p, self.uid, self.uid)

    def test_script(self):
        """a script laid where the program looks for its own is not run"""
        top = self.laid()
        os.mkdir(top + "/bin")
        os.mkdir(top + "/scripts")
        program, script = top + "/bin/cnnrun", top + "/scripts/base-image.sh"
        shutil.copy(kit.CNNRUN, program)
        with open(script, "w") as f:
            f.write("touch '%s/ran'; echo x\n" % self.project)
        os.chown(script, BOB, BOB)
        self.write("Dockerfile", "ARG BASE_IMAGE\nFROM $BASE_IMAGE\n")
        self.profile('c:build { tag = "shipped:1", context = ".", base = "debian:nowhere" }', image=None)
        self.run_cnnrun("allow", "./cnnrun.lua")
        before = kit.CNNRUN
        try:
            kit.CNNRUN = program
            r = self.attempt("build", "./cnnrun.lua")
        finally:
            kit.CNNRUN = before
        self.assertEqual(r.code, 125)
        self.assertFalse(os.path.exists(self.project + "/ran"))
        self.assertIn("it is not run: %s belongs to uid 1001" % script, r.err)

    def test_part_of_a_profile(self):
        """a project that brings the profile that a shipped one is made from"""
        self.profile('c:network "host"', name="profiles/shell.lua")
        for name in "train", "gui", "build":
            r = self.attempt(name, *([] if name == "build" else ["--", "true"]))
            self.assertEqual(r.code, 125)
        self.assertIn("use the host's network, ", self.attempt("train", "--", "true").err)

    def test_name(self):
        """a project's profile by the name of a shipped one is the project's"""
        self.profile('c:network "host"', name="profiles/gui.lua")
        for name in "gui", "gui.lua", "profiles/gui", "profiles/gui.lua":
            self.assertHeld(self.attempt(name, "--", "true"), "not allowed to use the host's network")

    def test_path(self):
        """profiles in directories of $CNNRUN_PATH that others own or may change, or that are
        named from where one stands"""
        self.profile(name="mine.lua")
        for owner, mode, words in (BOB, 0o755, "belongs to uid 1001"), (self.uid, 0o777, "changed by every user"):
            there = self.laid(owner)
            shutil.copy(self.project + "/mine.lua", there)
            os.chown(there + "/mine.lua", self.uid, self.uid)
            os.chmod(there, mode)
            self.assertHeld(self.attempt("mine", "--", "true", env={"CNNRUN_PATH": there}), "is not run: ", words)
        for path in ".", "", ":", "./:..":
            self.assertHeld(self.attempt("mine", "--", "true", env={"CNNRUN_PATH": path}),
                            "no command and no profile is called 'mine'")
