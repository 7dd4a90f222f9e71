# SPDX-License-Identifier: MIT
"""Images that are built."""
import kit
from row import PODMAN, Row, before

GOOD = """FROM busybox
RUN echo built > /made
COPY part /part
"""


class Builds(Row):
    def setUp(self):
        super().setUp()
        self.write("ctx/part", "copied\n")
        self.dockerfile(GOOD)
        self.profile('c:build { tag = "row-%s", context = "ctx" }' % self.id().rsplit(".", 1)[1].replace("_", "-"),
                     'c:user "host"', image=None)

    def dockerfile(self, text):
        self.write("ctx/Dockerfile", text)

    def test_build(self):
        """a build, and a container of it"""
        self.assertEqual(self.shell("cat /made /part"), "built\ncopied\n")

    def test_unchanged(self):
        """nothing changed: nothing is built; a changed file: it is"""
        first = self.built()
        self.assertEqual(self.built(), first)
        self.write("ctx/part", "changed\n")
        self.assertNotEqual(self.built(), first)
        self.assertEqual(self.shell("cat /part"), "changed\n")

    def built(self):
        """The image, and when the engine made it."""
        r = self.run_cnnrun("build", "./cnnrun.lua")
        self.assertEqual(r.code, 0, r.err)
        image = kit.engine.get("/images/%s/json" % r.out.split()[-1])
        return image["Id"], image["Created"]

    def test_failing(self):
        """a failing step: 125, its output, the step's name"""
        self.dockerfile("FROM busybox\nRUN echo why-it-fails; exit 3\n")
        r = self.run_profile("--", "true", code=125)
        self.assertIn("why-it-fails", r.out + r.err)
        self.assertRegex(r.err.splitlines()[-1], r"exit|RUN|3")

    def test_arguments(self):
        """arguments, a stage, .dockerignore"""
        self.write("ctx/.dockerignore", "secret\n")
        self.write("ctx/secret", "x\n")
        self.dockerfile("FROM busybox AS one\nARG WHO\nCOPY . /ctx\nRUN echo $WHO > /who\nFROM one AS two\nRUN false\n")
        self.profile('c:build { tag = "row-arguments", context = "ctx", target = "one", args = { WHO = "you" } }',
                     'c:user "host"', image=None)
        self.assertEqual(self.shell("cat /who; ls /ctx"), "you\nDockerfile\npart\n")

    def test_cache_directory(self):
        """a build's cache in a directory: its step is taken from there by an engine that has lost it"""
        if PODMAN:
            self.because("it builds by Buildah, which asks for nothing while it builds")
        self.dockerfile("FROM busybox\nRUN cat /proc/sys/kernel/random/uuid >/made\n")
        first = self.cached('cache_to = "./kept"')
        self.assertNotEqual(self.cached("no_cache = true"), first)
        self.assertEqual(self.cached('cache_from = "./kept"'), first)
        # why that is a right: from then on every build's step is taken from there
        self.assertEqual(self.cached("pull = false", prune=False), first)

    def cached(self, more, prune=True):
        """What a build has made, of an engine that has lost its own cache where prune says so."""
        kit.engine.call("DELETE", "/images/row-cache?force=1")
        if prune:
            kit.engine.call("POST", "/build/prune?all=1")
        self.profile('c:build { tag = "row-cache", context = "ctx", %s }' % more, 'c:user "host"', image=None)
        r = self.run_cnnrun("./cnnrun.lua", "--", "cat", "/made")
        if r.code == 125 and "a directory only with containerd" in r.err:
            self.because("its own image store has no way to put a cache into a directory")
        self.assertEqual(r.code, 0, r.err)
        return r.out

    def test_cache_mount(self):
        """RUN --mount=type=cache"""
        self.dockerfile("FROM busybox\nRUN --mount=type=cache,target=/c echo x > /c/x && cp /c/x /made\n")
        self.assertEqual(self.shell("cat /made"), "x\n")

    def test_heredoc(self):
        """a heredoc in a Dockerfile"""
        self.dockerfile("FROM busybox\nRUN <<END\necho here > /made\nEND\n")
        if before(23) and not PODMAN or PODMAN and before(5):
            r = self.run_profile("--", "true", code=125)
            self.because("its Dockerfile frontend is older than heredocs")
        self.assertEqual(self.shell("cat /made"), "here\n")
