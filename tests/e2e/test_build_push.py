# SPDX-License-Identifier: MIT
"""Images and caches of builds that go to a registry, and images for other machines."""
import base64
import json
import os
import struct
import urllib.request

import kit
from build_kit import Building, tree
from registry_kit import Registry

API = int(kit.engine.get("/version")["ApiVersion"].split(".")[1])
CONTAINERD = "io.containerd.snapshotter" in json.dumps(kit.engine.get("/info")["DriverStatus"])


class Push(Building):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.registry = Registry(self)
        self.tag = self.registry.host + "/me/made"
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % self.tag)
        self.env = {"DOCKER_CONFIG": self.registry.config, "DOCKER_BUILDKIT": None}
        self.write("ctx/Dockerfile", "FROM busybox\nRUN echo made >/made\n")

    def tags(self, name="me/made"):
        r = urllib.request.Request("http://%s/v2/%s/tags/list" % (self.registry.host, name),
                                   headers={"Authorization": "Basic " + base64.b64encode(b"me:pw").decode()})
        with urllib.request.urlopen(r) as f:
            return json.load(f)["tags"]

    def build(self, more="", *words, tag=None):
        self.profile('c:build { tag = "%s", context = "ctx", %s }' % (tag or self.tag, more), image=None)
        self.run_cnnrun("allow", "./cnnrun.lua", granted=False, env=self.env)
        return self.run_cnnrun("build", "./cnnrun.lua", *words, granted=False, env=self.env)

    def test_push(self):
        """--push sends what was built, by the login that docker has, and without one it says so"""
        for n in range(2):
            r = self.build("", "--push", tag=self.tag + ":%d" % n)
            self.assertEqual(r.code, 0, r.err)
            self.assertTrue(r.out.startswith(self.tag + ":%d  sha256:" % n), r.out)
        self.assertEqual(sorted(self.tags()), ["0", "1"])
        self.env["DOCKER_CONFIG"] = self.project
        r = self.build("", "--push")
        self.assertEqual(r.code, 125)
        self.assertEqual(r.err.count("push " + self.tag), 1, r.err)
        self.assertIn("docker login " + self.registry.host, r.err)

    def test_nowhere(self):
        """a tag that names no registry, and an image that is not built: nothing is built or sent"""
        r = self.build("", "--push", tag="kit-ours")
        self.assertEqual((r.code, r.out), (125, ""))
        self.assertRegex(r.err, r"\Acnnrun: error: nothing is pushed: kit-ours names no registry; name the image for one: "
                         r'tag = "registry.example/me/kit-ours"\n\Z')
        self.profile("")
        r = self.run_cnnrun("build", "./cnnrun.lua", "--push")
        self.assertIn("nothing is pushed: the profile builds no image, it takes busybox", r.err)

    def test_cache(self):
        """a cache in the image, in a registry where the engine can, and in words where it cannot"""
        r = self.build('cache_to = "inline"')
        self.assertEqual(r.code, 0, r.err)
        r = self.build('cache_to = "%s/me/cache:1"' % self.registry.host, "--rebuild")
        if CONTAINERD:
            self.assertEqual(r.code, 0, r.err)
            self.assertEqual(self.tags("me/cache"), ["1"])
        else:
            self.assertEqual(r.code, 125)
            self.assertIn('cache_to = "inline" is what it can; into a registry or a directory only with containerd', r.err)
        r = self.build('cache_to = "./cache"', "--rebuild")
        if CONTAINERD:
            self.assertEqual(r.code, 0, r.err)
            self.assertTrue(os.path.exists(os.path.join(self.project, "cache/index.json")))
        else:
            self.assertEqual(r.code, 125)
            self.assertIn("into a registry or a directory only with containerd", r.err)
        r = self.build('cache_to = "type=local,dest=cache"')
        self.assertEqual(len(r.err.splitlines()), 1, r.err)
        self.assertIn('write the directory, as "./cache"', r.err)

    def test_platforms(self):
        """an image for several platforms, where the engine can, and in words where it cannot"""
        self.write("ctx/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n")
        r = self.build('platform = "linux/amd64,linux/arm64"')
        if CONTAINERD:
            self.assertEqual(r.code, 0, r.err)
        else:
            self.assertEqual(r.code, 125)
            self.assertIn("build for one platform at a time, or with containerd's image store", r.err)

    def test_foreign(self):
        """a step that runs a program for another processor: what lets the engine's machine do so"""
        other = 183 if os.uname().machine == "x86_64" else 62
        self.write("ctx/program", b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, other, 1, 0x400078, 64, 0, 0,
                                                                          64, 56, 1, 0, 0, 0) + bytes(200), 0o755)
        self.write("ctx/Dockerfile", 'FROM busybox\nCOPY program /program\nRUN ["/program"]\n')
        for builder in "1", "0":
            self.env["DOCKER_BUILDKIT"] = builder
            r = self.build("")
            self.assertEqual(r.code, 125)
            self.assertIn("it ran a program for another processor; on the engine's machine: sudo apt-get install "
                          "qemu-user-static", r.err)


class Contexts(Building):
    """Where the engine reads them; what older ones say is in test_build_session."""

    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.write("ctx/Dockerfile", "FROM busybox\nCOPY --from=lib . /ctx\nRUN --mount=from=lib,target=/l test -e /l/a\n")
        self.write("lib/a", "a", 0o755)
        self.write("lib/sub/ü", "deep")
        self.write("lib/drop.log", "no")
        self.write("lib/big", "x" * 3000000)
        self.write("lib/.dockerignore", "*.log\n")
        os.symlink("a", os.path.join(self.project, "lib/link"))
        self.profile('c:build { tag = "kit-ours", context = "ctx", contexts = { lib = "lib" } }', image=None)

    def build(self):
        r = self.run_cnnrun("build", "./cnnrun.lua", env={"DOCKER_BUILDKIT": None})
        self.assertEqual(r.code, 0, r.err)
        return tree("kit-ours")

    def test_files(self):
        """what is in a further context, but for what it ignores; a change of it builds anew"""
        if API < 42:
            return
        found = self.build()
        self.assertEqual(set(found), {"ctx" + p for p in ("", "/a", "/big", "/link", "/sub", "/sub/ü", "/.dockerignore")})
        self.assertEqual(found["ctx/a"][1:3], ("0o755", 1))
        self.assertEqual(found["ctx/big"][2], 3000000)
        self.assertEqual(found["ctx/link"][3], "a")
        self.write("lib/drop.log", "changed")
        self.assertEqual(self.build(), found)
        self.write("lib/a", "bb")
        self.assertEqual(self.build()["ctx/a"][2], 2)


if __name__ == "__main__":
    kit.unittest.main()
