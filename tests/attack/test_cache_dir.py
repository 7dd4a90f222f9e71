# SPDX-License-Identifier: MIT
"""Attempts by way of a build's cache in a directory. What an engine may ask of one and send to it
is in tests/c/test_session_cache.c."""
import os

import attack
import kit


class Caches(attack.Attack):
    """A stranger's profile that names the directory."""

    def setUp(self):
        super().setUp()
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-cache?force=1")
        self.home = os.path.dirname(self.secret)
        self.env = {"DOCKER_BUILDKIT": None}
        self.write("ctx/Dockerfile", "FROM busybox\nRUN true\n")

    def named(self, more, context="ctx"):
        self.profile('c:build { tag = "kit-cache", context = "%s", %s }' % (context, more), image=None)

    def build(self, allow=False):
        if allow:
            self.attempt("allow", "./cnnrun.lua", env=self.env)
        return self.attempt("build", "./cnnrun.lua", "--rebuild", env=self.env, timeout=120)

    def test_outside(self):
        """a cache is written to, and read from, a directory outside of the project"""
        self.named('cache_to = "%s"' % self.home)
        self.assertHeld(self.build(), "write outside the project", self.home, "cnnrun allow")
        self.named('cache_from = "%s"' % self.home)
        self.assertHeld(self.build(), "read outside the project", self.home, "cnnrun allow")
        self.named('cache_to = "../made-there"')
        self.assertHeld(self.build(allow=True), "mkdir -p")
        self.assertFalse(os.path.exists(os.path.join(self.project, "../made-there")))

    def test_link(self):
        """the same by a link of the repository, to what is there and to what is not yet"""
        os.symlink(self.home, os.path.join(self.project, "link"))
        self.named('cache_to = "./link"')
        self.assertHeld(self.build(), "follow a link of the project", self.home)
        self.named('cache_from = "./link"')
        self.assertHeld(self.build(), "follow a link of the project", self.home)
        self.named('cache_to = "./link/new"')
        self.assertHeld(self.build(allow=True))
        self.assertFalse(os.path.exists(os.path.join(self.home, "new")))

    def test_poison(self):
        """a cache of the repository's own making, whose steps every later build would take from the engine"""
        self.write("kept/index.json", '{"schemaVersion":2,"manifests":[]}')
        self.named('cache_from = "./kept"')
        self.assertHeld(self.build(), "take steps of builds, anyone's", "kept", "cnnrun allow")
        self.assertEqual(self.build(allow=True).code, 0)

    def test_index(self):
        """an index that is a link to a secret, that is endless, a FIFO, or names what is no digest"""
        os.mkdir(os.path.join(self.project, "kept"))
        index = os.path.join(self.project, "kept/index.json")
        self.named('cache_from = "./kept"')
        for make in (lambda: os.symlink(self.secret, index), lambda: os.symlink("/dev/zero", index),
                     lambda: os.mkfifo(index), lambda: self.write("kept/index.json", "[" * 100000)):
            make()
            r = self.build(allow=True)
            self.assertEqual(r.code, 125)
            self.assertHeld(r, "the build's cache in", "index.json")
            os.unlink(index)
        self.write("kept/index.json", '{"manifests":[{"digest":"sha256:../../../secret"},{"digest":3},[]]}')
        self.assertEqual(self.build(allow=True).code, 0)

    def test_git(self):
        """a cache in .git, and one where another index.json is"""
        for path in "./.git", "./.git/hooks", "./sub/.git/x":
            self.named('cache_to = "%s"' % path)
            self.assertHeld(self.build(allow=True), "git's")
        self.write("other/index.json", "{}")
        self.named('cache_to = "./other"')
        self.assertHeld(self.build(allow=True), "no cache's")
        with open(os.path.join(self.project, "other/index.json")) as f:
            self.assertEqual(f.read(), "{}")

    def test_context(self):
        """a cache that is the build's context, which every build would change"""
        self.named('cache_to = "./ctx"')
        self.assertHeld(self.build(allow=True), "a directory of its own")


if __name__ == "__main__":
    kit.unittest.main()
