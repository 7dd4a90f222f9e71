# SPDX-License-Identifier: MIT
"""Registries that want a password, or cannot be reached."""
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
