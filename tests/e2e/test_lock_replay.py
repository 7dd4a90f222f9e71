# SPDX-License-Identifier: MIT
"""A lock that is replayed where its images are not: bases by digest, packages compared."""
import os

import kit
import lock_kit
import registry_kit


class Replay(registry_kit.Private, lock_kit.Locking):
    """The base comes from a registry."""

    def setUp(self):
        super().setUp()
        self.change("FROM busybox", "FROM %s AS base\nFROM base" % self.ref)
        self.addCleanup(self.forget)

    def cnnrun(self, *words, **more):
        env = {"DOCKER_CONFIG": self.config}
        kit.allow("./cnnrun.lua", cwd=self.project, env=env)
        return super().cnnrun(*words, env=env, granted=False, **more)

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
        self.build_profile('c:command { "sh", "-c", "ls /other || echo none" }')
        base = self.lock()["containers"]["main"]["build"]["bases"][self.ref]
        self.assertRegex(base, "^%s@sha256:[0-9a-f]{64}$" % self.ref)
        self.forget()
        self.other_base()
        r = self.cnnrun("--locked", "./cnnrun.lua")
        self.assertEqual(r.out, "none\n")
        self.assertIn("with the same packages; not bit for bit", r.err)
        self.assertFalse(self.here())  # its name was given to nothing
        self.forget()
        self.assertEqual(self.cnnrun("./cnnrun.lua").out, "/other\n")

    def test_packages(self):
        """what is built of the same inputs and gets another package is refused, and the package named"""
        self.change("RUN install numpy==1.26.4", "RUN install clock==$(date +%s) numpy==1.26.4")
        was = self.lock()["containers"]["main"]["packages"]["pip"]["clock"]
        self.forget()
        r = self.cnnrun("build", "--locked", "./cnnrun.lua", code=125)
        self.assertRegex(r.err, "not as locked: clock %s → [0-9]+ .pip." % was)

    def test_image(self):
        """an image comes by its digest, whatever its name means in the registry by now"""
        self.profile('c:command { "sh", "-c", "ls /other || echo none" }', image=self.ref)
        main = self.lock()["containers"]["main"]
        self.assertRegex(main["digest"], "^%s@sha256:[0-9a-f]{64}$" % self.ref)
        kit.engine.call("DELETE", "/images/%s?force=1" % self.ref)
        self.other_base()
        self.assertEqual(self.cnnrun("--locked", "./cnnrun.lua").out, "none\n")
        r = self.cnnrun("lock", "--diff", code=1)
        self.assertRegex(r.out, "^%s %s → %s@sha256" % (self.ref, main["digest"], self.ref))
        kit.engine.call("DELETE", "/images/%s?force=1" % main["digest"])


if __name__ == "__main__":
    kit.main()
