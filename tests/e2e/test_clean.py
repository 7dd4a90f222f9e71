# SPDX-License-Identifier: MIT
"""What cnnrun clean finds, and what it leaves alone."""
import build_kit
import kit


class Clean(kit.Case):
    uid = kit.USER

    def test_clean_volumes(self):
        """clean --volumes removes the volumes that cnnrun made for the user, and no others"""
        kit.engine.call("POST", "/volumes/create", {"Name": "kit-others"})
        self.profile('c:volume("kit-own", "/data")')
        self.shell("true")
        r = self.run_cnnrun("clean", "--volumes")
        self.assertIn("removed volume kit-own\n", r.out)
        left = kit.engine.volumes()
        kit.engine.call("DELETE", "/volumes/kit-others")
        self.assertEqual({"kit-own", "kit-others"} & left, {"kit-others"})

    def test_clean_images(self):
        """clean --images removes what was built, and the bases made to build it on"""
        self.write("Dockerfile", "FROM cnnrun-base:kit\nRUN true\n")
        build_kit.own_base("cnnrun-base:kit", "busybox", self.uid)
        self.profile('c:build { tag = "kit-clean" }', image=None)
        self.assertEqual(self.run_cnnrun("build").code, 0)
        r = self.run_cnnrun("clean", "--images")
        self.assertEqual(r.code, 0, r.err)
        tags = [t for i in kit.engine.get("/images/json") for t in i["RepoTags"] or []]
        self.assertFalse({"kit-clean:latest", "cnnrun-base:kit"} & set(tags))
        self.assertIn("busybox:latest", tags)

    def test_other_name(self):
        """an image that somebody gave another name keeps that"""
        self.write("Dockerfile", "FROM busybox\nRUN true\n")
        self.profile('c:build { tag = "kit-clean" }', image=None)
        self.assertEqual(self.run_cnnrun("build").code, 0)
        kit.engine.call("POST", "/images/kit-clean/tag?repo=kit-release")
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-release?force=1")
        r = self.run_cnnrun("clean", "--images")
        self.assertEqual(r.code, 0, r.err)
        tags = [t for i in kit.engine.get("/images/json") for t in i["RepoTags"] or []]
        self.assertIn("kit-release:latest", tags)
        self.assertNotIn("kit-clean:latest", tags)
