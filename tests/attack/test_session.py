# SPDX-License-Identifier: MIT
"""Attempts by way of what a build may ask for: secrets, the SSH agent, logins, contexts."""
import http.server
import os
import threading

import attack
import kit
from registry_kit import Registry


class Asked(attack.Attack):
    """A stranger's Dockerfile and profile; the user has allowed what the profile asks for."""

    def setUp(self):
        super().setUp()
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-session?force=1")
        self.write("token", "given on purpose")
        self.env = {"DOCKER_BUILDKIT": None, "SSH_AUTH_SOCK": None}

    def project_of(self, dockerfile, more='secrets = { token = "token" }'):
        self.write("ctx/Dockerfile", dockerfile)
        self.profile('c:build { tag = "kit-session", context = "ctx", %s }' % more, image=None)

    def build(self, *words, **more):
        return self.attempt("build", "./cnnrun.lua", *words, env=self.env, timeout=120, **more)

    def allowed(self):
        self.attempt("allow", "./cnnrun.lua", env=self.env)
        return self.build()

    def held(self, said):
        r = self.allowed()
        self.assertNotEqual(r.code, 0, r.out)
        self.assertNoSecret(r.out, r.err)
        self.assertIn(said, r.err)

    def test_other_secret(self):
        """a step mounts a secret that was not given, by the path of one and by other names"""
        for name in self.secret, "../token", "other", "HTTP_AUTH_TOKEN_x":
            self.project_of("FROM busybox\nRUN --mount=type=secret,id=%s,required=true cat /run/secrets/*\n" % name)
            self.held("not found")

    def test_agent(self):
        """a step mounts the SSH agent, which was not given"""
        self.project_of("FROM busybox\nRUN --mount=type=ssh,required=true true\n")
        self.env["SSH_AUTH_SOCK"] = os.path.join(kit.environment(self.uid)["XDG_RUNTIME_DIR"], "agent")
        self.held("ssh")

    def test_outside(self):
        """a secret and a context that lie outside of the project, by their paths"""
        home = os.path.dirname(self.secret)
        for more in 'secrets = { x = "%s" }' % self.secret, 'contexts = { x = "%s" }' % home:
            self.project_of("FROM busybox\n", more)
            self.assertHeld(self.build(), "read outside the project", home, "cnnrun allow")

    def test_link(self):
        """the same by links of the repository"""
        home = os.path.dirname(self.secret)
        os.symlink(self.secret, os.path.join(self.project, "file"))
        os.symlink(home, os.path.join(self.project, "dir"))
        for more in 'secrets = { x = "file" }', 'contexts = { x = "dir" }':
            self.project_of("FROM busybox\n", more)
            self.assertHeld(self.build(), "follow a link of the project", home, "cnnrun allow")

    def test_exchanged(self):
        """the file becomes a link to another once it is allowed"""
        self.project_of("FROM busybox\nRUN --mount=type=secret,id=x cat /run/secrets/x\n", 'secrets = { x = "file" }')
        self.write("file", "harmless")
        self.assertEqual(self.allowed().code, 0)
        os.unlink(os.path.join(self.project, "file"))
        os.symlink(self.secret, os.path.join(self.project, "file"))
        self.assertHeld(self.build("--rebuild"), "follow a link of the project")

    def test_special(self):
        """a FIFO and a device as a secret: nothing waits, nothing is read without end"""
        os.mkfifo(os.path.join(self.project, "fifo"))
        for path in "fifo", "/dev/zero":
            self.project_of("FROM busybox\n", 'secrets = { x = "%s" }' % path)
            r = self.allowed()
            self.assertEqual(r.code, 125)
            self.assertIn("the secret x: ", r.err)

    def test_context_of_root(self):
        """a context whose .dockerignore another user could change"""
        self.write("lib/.dockerignore", "x\n", 0o666)
        self.project_of("FROM busybox\n", 'contexts = { lib = "lib" }')
        self.held("nothing is built")

    def test_names(self):
        """names of contexts that are more than names"""
        for name in "..", "a/b", "a\\r\\nx: y", "A", "", "context:x":
            self.project_of("FROM busybox\n", 'contexts = { ["%s"] = "." }' % name)
            self.assertHeld(self.build(), "contexts")

    def test_shadow(self):
        """an old engine would take a context's name for an image of a registry: nothing is asked there"""
        self.project_of("FROM busybox\nCOPY --from=lib / /x\n", 'contexts = { lib = "." }')
        if int(kit.engine.get("/version")["ApiVersion"].split(".")[1]) < 42:
            self.held("Docker before 23 does not know them")

    def test_login(self):
        """COPY --from an image that only the user's login opens, and the login is not granted"""
        registry = Registry(self)
        ref = registry.push("me/private")
        self.project_of("FROM busybox\nCOPY --from=%s /bin/busybox /x\n" % ref, "pull = false")
        self.attempt("allow", "./cnnrun.lua", env=dict(self.env, DOCKER_CONFIG=self.project))
        self.env["DOCKER_CONFIG"] = registry.config
        r = self.build()
        self.assertNotEqual(r.code, 0)
        self.assertIn("use your login at " + registry.host, r.err)
        self.assertNotEqual(kit.engine.call("GET", "/images/kit-session/json")[0], 200)


class Loopback(attack.Attack):
    """Images of a registry that is an address of this machine, named by a step."""

    def setUp(self):
        super().setUp()
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_error(404)

            do_HEAD = do_GET

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.host = "127.0.0.1:%d" % server.server_address[1]

    def held(self, line, more=""):
        self.write("Dockerfile", "FROM busybox\n" + line.replace("HOST", self.host) + "\n")
        self.profile('c:build { tag = "kit-session"%s }' % more.replace("HOST", self.host), image=None)
        r = self.attempt("build", "./cnnrun.lua", timeout=120)
        self.assertEqual(self.asked, [])
        self.assertHeld(r, "have the engine fetch from", "cnnrun allow")

    def test_copy(self):
        """COPY --from"""
        self.held("COPY --from=HOST/x / /x")

    def test_copy_continued(self):
        """the same over two lines, with a further flag and in quotes"""
        self.held('COPY --chown=1:1 \\\n --from="HOST/x" / /x')

    def test_mount(self):
        """RUN --mount from it"""
        self.held("RUN --mount=type=bind,target=/x,from=HOST/x true")

    def test_mount_written(self):
        """the same in capitals and in quotes"""
        self.held('RUN --mount="type=bind,FROM=HOST/x,target=/x" true')

    def test_variable(self):
        """an address in a variable"""
        self.held("ARG X=HOST/x\nCOPY --from=$X / /x")

    def test_stage(self):
        """a stage is called like the image"""
        self.held("FROM busybox AS %s/x\nCOPY --from=HOST/x / /x" % self.host)

    def test_cache(self):
        """a cache that is taken from there"""
        self.held("RUN true", ', cache_from = "HOST/x"')

    def test_cache_to(self):
        """a cache that is put there: what was built goes out"""
        self.held("RUN true", ', cache_to = "HOST/x"')

    def test_cache_away(self):
        """the same at a registry with a name"""
        self.write("Dockerfile", "FROM busybox\n")
        self.profile('c:build { tag = "kit-session", cache_to = "evil.example/x" }', image=None)
        self.assertHeld(self.attempt("build", "./cnnrun.lua"),
                        "put what it builds into the registry evil.example, as a cache", "cnnrun allow")

    def test_push(self):
        """--push to where the user has a login, which is not granted"""
        registry = Registry(self)
        self.write("Dockerfile", "FROM busybox\n")
        self.profile('c:build { tag = "%s/x" }' % registry.host, image=None)
        r = self.attempt("build", "./cnnrun.lua", "--push", env={"DOCKER_CONFIG": registry.config})
        self.assertNotEqual(r.code, 0)
        self.assertIn("use your login at " + registry.host, r.err)


if __name__ == "__main__":
    kit.unittest.main()
