# SPDX-License-Identifier: MIT
"""Attempts of a build to reach what only this machine reaches: its loopback, its link, the
user's logins at registries."""
import http.server
import threading

import attack
import kit
import registry_kit

FETCH = "have the engine fetch from %s, by this machine's own network"


class Loopback:
    """A service of this machine, and who has asked it for what."""

    def __init__(self):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(attack.SECRET.encode())

            do_HEAD = do_GET

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()


class BuildReach(attack.Attack):
    def setUp(self):
        super().setUp()
        self.here = Loopback()
        self.addCleanup(self.here.end)
        self.url = "http://127.0.0.1:%d/secret" % self.here.port
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-reach?force=1")

    def dockerfile(self, text, more=""):
        self.write("Dockerfile", text)
        self.profile('c:build { tag = "kit-reach"%s }' % more, image=None)

    def refused(self, *words):
        """Neither built nor run, and nobody was asked for anything."""
        for command in ("build",), ("./cnnrun.lua", "--", "true"):
            r = self.attempt(*command, timeout=120)
            self.assertHeld(r, *words)
            self.assertIn("cnnrun allow", r.err)
        self.assertEqual(self.here.asked, [])

    def fetch(self, line, host=None):
        self.dockerfile("FROM busybox\n" + line + "\n")
        self.refused(FETCH % (host or "127.0.0.1:%d" % self.here.port))

    def test_add(self):
        """ADD of a URL of this machine's loopback"""
        self.fetch("ADD %s /x" % self.url)

    def test_add_json(self):
        """the same as JSON, with escapes in it"""
        self.fetch('ADD ["%s", "/x"]' % self.url.replace("/", "\\/").replace("h", "\\u0068"))

    def test_add_continued(self):
        """the same over several lines, the instruction's own name included"""
        self.fetch("AD\\\nD \\\n# a remark\n" + self.url.replace("://", ":\\\n//") + " /x")

    def test_add_argument(self):
        """the address in a build argument's default"""
        self.fetch("ARG U=%s\nADD $U /x" % self.url, "anywhere")

    def test_add_given(self):
        """the address in a build argument of the profile"""
        self.dockerfile("FROM busybox\nARG U\nADD ${U} /x\n", ', args = { U = "%s" }' % self.url)
        self.refused(FETCH % "anywhere")

    def test_add_environment(self):
        """the address in a variable of the build's image"""
        self.fetch("ENV U=%s\nADD $U /x" % self.url, "anywhere")

    def test_add_name(self):
        """a name that means the loopback"""
        self.fetch("ADD http://127.0.0.1.nip.io:%d/ /x" % self.here.port,
                   "127.0.0.1.nip.io:%d" % self.here.port)

    def test_add_link_local(self):
        """the cloud's metadata, in several spellings"""
        for host in "169.254.169.254", "[fe80::1]", "0xa9fea9fe", "metadata.google.internal":
            self.fetch("ADD http://%s/latest/meta-data /x" % host, host)

    def test_add_git(self):
        """a git repository on the loopback"""
        self.fetch("ADD git://127.0.0.1:%d/x.git /x" % self.here.port)

    def test_add_here_document(self):
        """an ADD that stands in a here-document for one builder and not for another"""
        self.fetch("RUN true <<CMD\nADD %s /x\nCMD" % self.url)

    def test_add_escape(self):
        """an ADD behind another sign of continuation"""
        self.dockerfile("# escapex=`\nFROM busybox\nRUN true `\nADD %s /x\n" % self.url)
        self.refused(FETCH % ("127.0.0.1:%d" % self.here.port))

    def test_onbuild(self):
        """an image that has every build on it fetch from the loopback"""
        self.write("base/Dockerfile", "FROM busybox\nONBUILD ADD %s /x\n" % self.url)
        self.profile('c:build { tag = "kit-onbuild", context = "base" }', image=None, name="base.lua")
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-onbuild?force=1")
        self.assertIn(FETCH % ("127.0.0.1:%d" % self.here.port),
                      self.attempt("build", "./base.lua").err)
        self.attempt("allow", "./base.lua")
        r = self.attempt("build", "./base.lua")
        self.assertEqual(r.code, 0, r.err)
        self.dockerfile("FROM kit-onbuild\n")
        r = self.attempt("build")
        self.assertNotEqual(r.code, 0)
        self.assertIn("nothing is built on kit-onbuild", r.err)
        self.assertEqual(self.here.asked, [])

    def test_shipped(self):
        """a profile that came with cnnrun builds a stranger's Dockerfile with such an ADD"""
        self.write("docker/Dockerfile", "FROM busybox\nADD %s /x\n" % self.url)
        r = self.attempt("shell", "--tag", "kit-reach", "--", "true", timeout=120)
        self.assertHeld(r, FETCH % ("127.0.0.1:%d" % self.here.port))
        self.assertEqual(self.here.asked, [])

    def test_run_network(self):
        """RUN --network=host in a Dockerfile"""
        self.dockerfile("FROM busybox\nRUN --network=host wget -O /x %s\n" % self.url)
        self.refused("use the host's network while the image is built")

    def test_run_insecure(self):
        """RUN --security=insecure"""
        self.dockerfile("FROM busybox\nRUN --security=insecure true\n")
        self.refused("run steps of its build without confinement")

    def test_frontend(self):
        """a foreign image reads the Dockerfile, and can have anything fetched"""
        for first in "# syntax=evil/frontend:1", "#syntax = evil/frontend:1 x", "// syntax=evil/frontend:1":
            self.dockerfile(first + "\nFROM busybox\n")
            self.refused("steered by the image evil/frontend:1")

    def test_frontend_argument(self):
        """the same by a build argument"""
        self.dockerfile("FROM busybox\n", ', args = { BUILDKIT_SYNTAX = "evil/frontend:1" }')
        self.refused("steered by the image evil/frontend:1")

    def test_registry(self):
        """an image of a registry on the loopback, which is no registry"""
        self.dockerfile("FROM 127.0.0.1:%d/x\n" % self.here.port)
        self.refused(FETCH % ("127.0.0.1:%d" % self.here.port))
        self.profile(image="localhost:%d/x" % self.here.port)
        r = self.attempt("./cnnrun.lua", "--", "true")
        self.assertHeld(r, FETCH % ("localhost:%d" % self.here.port))
        self.assertEqual(self.here.asked, [])

    def test_public_is_asked_once(self):
        """what was allowed is built, and not asked for again"""
        self.dockerfile("FROM busybox\nADD %s /x\n" % self.url)
        self.attempt("allow", "./cnnrun.lua")
        r = self.attempt("build")
        self.assertEqual(r.code, 0, r.err)
        self.assertTrue(self.here.asked)
        self.assertEqual(self.attempt("build").code, 0)


class Login(registry_kit.Private, attack.Attack):
    """A registry where the user has a login, and an image there that is the user's alone."""

    def attempt(self, *words, **more):
        return super().attempt(*words, env={"DOCKER_CONFIG": self.config}, **more)

    def reach_only(self, *words):
        """All but the login is granted."""
        r = self.run_cnnrun("allow", *words, env={"DOCKER_CONFIG": self.project}, granted=False)
        self.assertEqual(r.code, 0, r.err)

    def test_image(self):
        """a stranger's profile runs an image that only the user's login opens"""
        self.profile(image=self.ref)
        self.reach_only("./cnnrun.lua")
        r = self.attempt("./cnnrun.lua", "--", "true")
        self.assertHeld(r, "use your login at " + self.registry.host, "cnnrun allow")
        self.assertFalse(self.here())

    def test_base(self):
        """a stranger's Dockerfile starts from it"""
        self.write("Dockerfile", "FROM %s\n" % self.ref)
        self.profile('c:build { tag = "kit-reach" }', image=None)
        self.reach_only("./cnnrun.lua")
        r = self.attempt("build")
        self.assertNotEqual(r.code, 0)
        self.assertIn("use your login at " + self.registry.host, r.err)
        self.assertFalse(self.here())

    def test_taken_from(self):
        """a stranger's Dockerfile takes files from it"""
        for step in "COPY --from=%s / /x\n", "RUN --mount=from=%s,target=/x true\n":
            self.write("Dockerfile", "FROM busybox\n" + step % self.ref)
            self.profile('c:build { tag = "kit-reach" }', image=None)
            self.reach_only("./cnnrun.lua")
            r = self.attempt("build")
            self.assertNotEqual(r.code, 0)
            self.assertIn("use your login at " + self.registry.host, r.err)
            self.assertFalse(self.here())

    def test_shipped(self):
        """the same Dockerfile with a profile that came with cnnrun"""
        self.write("docker/Dockerfile", "FROM %s\n" % self.ref)
        self.reach_only("shell")
        r = self.attempt("shell", "--tag", "kit-reach", "--", "true")
        self.assertNotEqual(r.code, 0)
        self.assertIn("use your login at " + self.registry.host, r.err)
        self.assertFalse(self.here())

    def test_granted(self):
        """what was allowed is pulled, by a login that the plan names"""
        self.profile(image=self.ref)
        self.assertIn("use your login at " + self.registry.host, self.attempt("plan", "./cnnrun.lua").out)
        self.attempt("allow", "./cnnrun.lua")
        r = self.attempt("./cnnrun.lua", "--", "echo", "ran")
        self.assertEqual((r.code, r.out), (0, "ran\n"), r.err)
