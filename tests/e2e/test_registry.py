# SPDX-License-Identifier: MIT
"""Registries that want a password, or cannot be reached."""
import base64
import os
import urllib.request

import kit
import registry_kit


class Registry(registry_kit.Private, kit.Case):
    uid = kit.USER

    def run_cnnrun(self, *words, **more):
        return super().run_cnnrun(*words, env={"DOCKER_CONFIG": self.config}, **more)

    def build(self, text):
        self.write("Dockerfile", text)
        self.profile('c:build { tag = "kit-registry" }', image=None)
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-registry?force=1")
        return self.run_cnnrun("./cnnrun.lua", "--", "cat", "/taken")

    def test_taken_from(self):
        """COPY --from and RUN --mount=from of private images, by the user's login"""
        for step in ("COPY --from=%s /bin/busybox /b\nRUN echo ok > /taken\n",
                     "RUN --mount=type=bind,from=%s,target=/m ls /m/bin/busybox && echo ok > /taken\n"):
            kit.engine.call("DELETE", "/images/%s?force=1" % self.ref)
            r = self.build("FROM busybox\n" + step % self.ref)
            self.assertEqual((r.code, r.out), (0, "ok\n"), r.err)

    def test_newer_source(self):
        """a newer image behind COPY --from, or RUN --mount=from, asks for a new build; the same one for none"""
        self.write(".dockerignore", "source\n")
        for n, step in enumerate(("COPY --from=kit-source /what /taken\n",
                                  "RUN --mount=from=kit-source,target=/m cp /m/what /taken\n")):
            self.source("%d old" % n)
            r = self.build("FROM busybox\n" + step)
            self.assertEqual((r.code, r.out), (0, "%d old" % n), r.err)
            self.assertNotIn("[", self.run_cnnrun("build", "./cnnrun.lua").err)  # of a step
            self.source("%d new" % n)
            r = self.run_cnnrun("./cnnrun.lua", "--", "cat", "/taken")
            self.assertEqual((r.code, r.out), (0, "%d new" % n), r.err)

    def source(self, text):
        self.write("source/what", text)
        self.write("source/Dockerfile", "FROM scratch\nCOPY what /what\n")
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-source?force=1")
        kit.tool("docker", "build", "-q", "-t", "kit-source", os.path.join(self.project, "source"))

    def test_unneeded(self):
        """an image that only a stage takes from which is not built need not be there; one that is built does"""
        self.profile('c:build { tag = "kit-registry", target = "one" }', image=None)
        text = "FROM busybox AS one\nRUN echo one >/taken\nFROM busybox\nCOPY --from=127.0.0.1:1/a:1 /a /taken\n"
        self.write("Dockerfile", text)
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "cat", "/taken").out, "one\n")
        r = self.build(text)
        self.assertEqual(r.code, 125)
        self.assertIn("pull 127.0.0.1:1/a:1: 127.0.0.1:1 does not answer", r.err)

    def test_by_digest(self):
        """NAME:TAG@DIGEST wherever an image is named: c:image, FROM, COPY --from; the digest decides"""
        both = self.ref + ":latest@" + self.digest()
        self.profile(image=both)
        for _ in range(2):
            r = self.run_cnnrun("./cnnrun.lua", "--", "echo", "ran")
            self.assertEqual((r.code, r.out), (0, "ran\n"), r.err)
        r = self.build("FROM %s\nCOPY --from=%s /bin/busybox /b\nRUN echo ok > /taken\n" % (both, both))
        self.assertEqual((r.code, r.out), (0, "ok\n"), r.err)
        self.assertNotIn("[", self.run_cnnrun("build", "./cnnrun.lua").err)
        self.profile(image=both[:-1] + ("0" if both[-1] != "0" else "1"))
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("has no such image", r.err)

    def digest(self):
        """Of what the registry has; nothing of it is here afterwards."""
        auth = {"Authorization": "Basic " + base64.b64encode(b"me:pw").decode(),
                "Accept": "application/vnd.docker.distribution.manifest.v2+json"}
        name = self.ref.split("/", 1)[1]
        r = urllib.request.Request("http://%s/v2/%s/manifests/latest" % (self.registry.host, name), headers=auth)
        with urllib.request.urlopen(r) as f:
            return f.headers["Docker-Content-Digest"]

    def test_always(self):
        """pull = "always" without its registry: what is here is said, and how to take it"""
        self.profile('c:image("%s", { pull = "always" })' % self.ref, image=None)
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "true").code, 0)
        self.registry.kill()
        self.registry.wait()
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual((r.code, len(r.err.splitlines())), (125, 1), r.err)
        self.assertIn("it is here already: --no-build takes it as it is", r.err)
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--no-build", "--", "true").code, 0)

    def test_broken_config(self):
        """docker's config.json that is none is said, once, and not obeyed"""
        self.write("config/config.json", '{ "auths": {')
        self.profile(image=self.ref)
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertEqual(r.err.count("config.json: not JSON"), 1, r.err)
        self.assertIn("wants a login", r.err)


class Frontend(kit.Case):
    uid = kit.USER

    def test_frontend(self):
        """# syntax= without its registry: the line that can go is said"""
        self.write("Dockerfile", "# syntax=127.0.0.1:1/docker/dockerfile:1\nFROM busybox\n")
        self.profile('c:build { tag = "kit-registry" }', image=None)
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn('remove the line', r.err)
