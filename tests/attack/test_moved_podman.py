# SPDX-License-Identifier: MIT
"""Attempts to have another directory mounted by Podman than the one that was looked at."""
import os

import attack
import exchange
import kit
import podman

DOCKERFILE = """FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
CMD ["sh"]
"""


class Podman(podman.Service, attack.Attack):
    def setUp(self):
        super().setUp()
        self.write("context/Dockerfile", DOCKERFILE)
        with open("/bin/busybox", "rb") as f:
            self.write("context/busybox", f.read(), 0o755)
        self.profile_of('c:mount("data", "/d")')
        self.write("data/mine", "the project's own")
        self.data, self.link = (os.path.join(self.project, n) for n in ("data", "link"))
        os.symlink(kit.environment(self.uid)["HOME"], self.link)

    def profile_of(self, *calls):
        self.profile('c:build { tag = "kit-moved:latest", context = "context", network = "host" }',
                     'c:network "none"', 'c:mount(".", "/w")', *calls, image=None)

    def launch(self, at):
        path = "%s.%d" % (self.project, len(os.listdir(kit.SCRATCH)))
        proxy = exchange.Exchanger(path, self.data, self.link, at, upstream=self.socket)
        self.addCleanup(proxy.end)
        return self.run_cnnrun("./cnnrun.lua", "-q", "--", "sh", "-c", "echo ran > /w/proof; cat /d/secret",
                               env={"DOCKER_HOST": "unix://" + proxy.path})

    def test_directory(self):
        """a directory is a link while Podman prepares a container, which is when it is attached to"""
        for more in (), ("c:init(false)",), ('c:user "host"',), ("c:detach()",):
            self.profile_of('c:mount("data", "/d")', *more)
            r = self.launch("POST .*/start" if "c:detach()" in more else "POST .*/attach")
            self.assertFalse(os.path.exists(os.path.join(self.project, "proof")), "the command ran")
            self.assertHeld(r, "something else was at")
