# SPDX-License-Identifier: MIT
"""Builds that are given what is not the project's."""
import os
import shutil

import kit
from given_kit import VALUE, Given
from registry_kit import Registry
from row import PODMAN, ROOTLESS, Row, before


class More(Given, Row):
    def asks(self):
        if PODMAN:
            self.because("it builds by Buildah, which asks for nothing while it builds")

    def put_program(self, name):
        """A program of this machine with its libraries, in the context; the words that start it there."""
        place = os.path.join(self.project, "ctx/bin")
        os.makedirs(place)
        found = kit.tool("ldd", shutil.which(name)).split()
        for path in [shutil.which(name)] + [w for w in found if w.startswith("/")]:
            shutil.copy(path, place)
        loader = [os.path.basename(w) for w in found if "/ld-linux" in w][0]
        return "LD_LIBRARY_PATH=/bin2 /bin2/%s /bin2/%s" % (loader, name)

    def registry(self):
        if ROOTLESS:
            self.because("a rootless one has a network of its own, without this machine's registry")
        registry = Registry(self)
        refs = [registry.push("me/" + name) for name in ("base", "part")]
        for ref in refs:
            self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % ref)
        return registry, refs

    def test_secret(self):
        """a secret of a build: read by its step, in no layer, history, log or record"""
        self.asks()
        self.write("token", VALUE)
        step = "RUN --mount=type=secret,id=token %s"
        self.project_of("FROM busybox\n" + step % "wc -c </run/secrets/token >/n && test $(cat /n) = %d\n" % len(VALUE),
                        'secrets = { token = "token" }')
        self.build()
        self.assertNowhere()
        self.write("token", "kept-by-a-step")
        self.project_of("FROM busybox\n" + step % "cp /run/secrets/token /kept\n", 'secrets = { token = "token" }')
        self.build()
        self.assertIn("a layer", self.found("kept-by-a-step"))  # this search finds what is there

    def test_agent(self):
        """your SSH agent in a build, for the step that mounts it"""
        self.asks()
        program = self.put_program("ssh-add")
        self.project_of("FROM busybox\nCOPY bin /bin2\nRUN --mount=type=ssh %s -l | grep key-of-the-test\n"
                        "RUN test -z \"$SSH_AUTH_SOCK\"\n" % program, "ssh = true")
        self.build(env={"SSH_AUTH_SOCK": self.agent()})

    def test_all(self):
        """a secret, an agent, FROM and COPY --from of a private registry in one build"""
        self.asks()
        registry, refs = self.registry()
        program = self.put_program("ssh-add")
        self.write("token", VALUE)
        self.project_of("FROM %s\nCOPY --from=%s /bin/busybox /copied\nCOPY bin /bin2\n"
                        "RUN --mount=type=secret,id=token grep -c hunter2 /run/secrets/token >/lines\n"
                        "RUN --mount=type=ssh %s -l | grep key-of-the-test\n"
                        "RUN test -z \"$SSH_AUTH_SOCK\" -a ! -s /run/secrets/token\n" % (*refs, program),
                        'ssh = true, secrets = { token = "token" }')
        self.build(env={"SSH_AUTH_SOCK": self.agent(), "DOCKER_CONFIG": registry.config})
        self.assertNowhere()

    def test_contexts(self):
        """further contexts of a build: a directory, and an image in a name's place, a newer one asked for"""
        self.asks()
        if before(23):
            self.because("its Dockerfile frontend is older than contexts")
        self.write("lib/file", "of the directory")
        self.addCleanup(kit.engine.call, "DELETE", "/images/row-one?force=1")
        self.project_of("FROM base\nCOPY --from=lib file /file\nCOPY --from=other /what /what\n",
                        'contexts = { lib = "lib", base = "docker-image://busybox", other = "docker-image://row-one" }')
        for text in "old", "new":
            self.write("one/what", text)
            self.write("one/Dockerfile", "FROM busybox\nCOPY what /what\n")
            kit.tool("docker", "build", "-q", "-t", "row-one", os.path.join(self.project, "one"))
            self.build()
            r = self.run_cnnrun("./cnnrun.lua", "--no-build", "--", "cat", "/file", "/what")
            self.assertEqual(r.out, "of the directory" + text, r.err)

    def test_private(self):
        """FROM and COPY --from of a private registry, by your login"""
        registry, refs = self.registry()
        self.project_of("FROM %s\nCOPY --from=%s /bin/busybox /copied\n" % tuple(refs))
        self.build(env={"DOCKER_CONFIG": registry.config})

    def test_push(self):
        """build --push into a private registry, and a pull from it"""
        registry = self.registry()[0]
        tag = registry.host + "/me/pushed"
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % tag)
        env = {"DOCKER_CONFIG": registry.config}
        self.write("ctx/Dockerfile", "FROM busybox\nRUN echo pushed >/made\n")
        self.profile('c:build { tag = "%s", context = "ctx" }' % tag, image=None)
        for words in ("allow", "./cnnrun.lua"), ("build", "./cnnrun.lua", "--push"):
            r = self.run_cnnrun(*words, env=env)
            self.assertEqual(r.code, 0, r.err)
        kit.engine.call("DELETE", "/images/%s?force=1" % tag)
        self.profile(image=tag)
        r = self.run_cnnrun("./cnnrun.lua", "--", "cat", "/made", env=env)
        self.assertEqual((r.code, r.out), (0, "pushed\n"), r.err)
