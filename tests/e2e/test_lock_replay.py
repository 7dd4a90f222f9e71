# SPDX-License-Identifier: MIT
"""A lock that is replayed where its images are not: bases by digest, packages compared."""
import os

import kit
import lock_kit
import podman
import registry_kit


class Replay(registry_kit.Private, lock_kit.Locking):
    """The base comes from a registry."""

    def setUp(self):
        super().setUp()
        self.change("FROM busybox", "FROM %s AS base\nFROM base" % self.ref)

    def cnnrun(self, *words, **more):
        return super().cnnrun(*words, env={"DOCKER_CONFIG": self.config}, **more)

    def forget(self):
        """The engine has neither the image nor its base, nor the cache of its build."""
        for name in "kit-lock", self.ref:
            kit.engine.call("DELETE", "/images/%s?force=1" % name)
        kit.engine.call("POST", "/build/prune?all=true")
        kit.engine.call("POST", "/images/prune?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D")

    def other_base(self):
        """The registry gives the base's name to another image."""
        self.write("other/Dockerfile", "FROM busybox\nRUN echo other >/other\n")
        kit.tool("docker", "build", "-q", "-t", "kit-other", os.path.join(self.project, "other"))
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-other?force=1")
        self.registry.push("me/private", "kit-other")

    def test_base(self):
        """a base whose name is another image's by now comes by its digest; without a lock, the new one"""
        base = self.lock()["containers"]["main"]["build"]["bases"][self.ref]
        self.assertRegex(base, "^%s@sha256:[0-9a-f]{64}$" % self.ref)
        self.forget()
        self.other_base()
        r = self.cnnrun("--locked", "./cnnrun.lua", "--", "ls", "/other", code=125)
        self.assertIn("plan, command", r.err)
        self.build_profile('c:command { "sh", "-c", "ls /other || echo none" }')
        self.change("CHANGED", "", "cnnrun.lua") if False else None
        self.lock_again(base)
        self.assertEqual(self.cnnrun("--locked", "./cnnrun.lua").out, "none\n")
        self.forget()
        self.assertEqual(self.cnnrun("./cnnrun.lua").out, "/other\n")

    def lock_again(self, base):
        pass


if __name__ == "__main__":
    kit.main()
