# SPDX-License-Identifier: MIT
"""Registries that want a password, answer badly, or cannot be reached."""
import http.server
import json
import threading

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
        self.assertIn("no basic auth credentials", r.err)


class Busy(kit.Case):
    """A registry that answers everything with a status and JSON of its own."""

    uid = kit.USER

    def serve(self, status, code, message):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                text = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(text)

            do_HEAD = do_GET

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return "127.0.0.1:%d/x" % server.server_address[1]

    def test_limit(self):
        """too many requests: one line, no JSON, and what helps"""
        self.profile(image=self.serve(429, "TOOMANYREQUESTS", "pull rate limit"))
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual((r.code, len(r.err.splitlines())), (125, 1), r.err)
        self.assertNotIn("{", r.err)
        self.assertIn("docker login", r.err)

    def test_frontend(self):
        """# syntax= without its registry: the line that can go is said"""
        self.write("Dockerfile", "# syntax=127.0.0.1:1/docker/dockerfile:1\nFROM busybox\n")
        self.profile('c:build { tag = "kit-registry" }', image=None)
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn('without its line "# syntax="', r.err)
