# SPDX-License-Identifier: MIT
"""The same command line on Podman's compatible API, a private one."""
import os
import shutil

import kit
import podman

DOCKERFILE = """FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV FROM_IMAGE=yes
CMD ["sh"]
"""


class Podman(podman.Service):
    def setUp(self):
        super().setUp()
        os.mkdir(os.path.join(self.project, "context"))
        shutil.copy("/bin/busybox", os.path.join(self.project, "context", "busybox"))
        self.write("context/Dockerfile", DOCKERFILE)
        self.profile('c:build { tag = "boxes:latest", context = "context", network = "host" }',
                     'c:network "none"', 'c:mount(".", "/w")', 'c:workdir "/w"',
                     'c:user { uid = 1000, name = "bob" }', image=None)

    def test_files_and_devices(self):
        """memory in which programs run, a device by a pattern, a rule for others"""
        self.profile('c:build { tag = "boxes:latest", context = "context", network = "host" }',
                     'c:network "none"', 'c:tmpfs("/a", { exec = true, mode = "0750" })', 'c:device "/dev/nul*"', 'c:device { rule = "c 10:* rmw" }', image=None)
        r = self.podman_run("./cnnrun.lua", "--", "sh", "-c",
                            "cp /bin/busybox /a/echo; /a/echo ran; stat -c %a /a; ls /dev/null")
        self.assertEqual((r.code, r.out), (0, "ran\n750\n/dev/null\n"), r.err)

    def test_build_given(self):
        """what only BuildKit can give a build is refused in words"""
        self.write("Dockerfile", "FROM scratch\n")
        self.write("token", "x")
        for words in 'secrets = { token = "token" }', 'contexts = { lib = "." }', 'cache_to = "inline"':
            self.profile('c:build { tag = "given", %s }' % words, image=None)
            r = self.podman_run("build", "./cnnrun.lua")
            self.assertEqual(r.code, 125, r.err)
            self.assertIn("Podman has no BuildKit here", r.err)

    def test_build_and_run(self):
        """builds, runs as the user in the project, and passes the status on"""
        r = self.podman_run("./cnnrun.lua", "--", "sh", "-c",
                            "id -un; pwd; echo $FROM_IMAGE; echo bad >&2; exit 5")
        self.assertEqual(r.code, 5, r.err)
        self.assertEqual(r.out, "bob\n/w\nyes\n")
        self.assertIn("bad\n", r.err)

    def test_status(self):
        """42 is 42, though Podman forgets it together with the container"""
        self.assertEqual(self.podman_run("./cnnrun.lua", "--", "sh", "-c", "exit 42").code, 42)

    def test_no_program(self):
        """so are 126 and 127, and the words with them"""
        self.write("bin/x", "")
        for more in (), ("c:init(false)",):
            self.profile('c:build { tag = "boxes:latest", context = "context", network = "host" }',
                         'c:network "none"', 'c:mount("bin", "/b")', *more, image=None)
            self.assertNoPrograms(env=self.env)

    def test_input(self):
        """input reaches the program and its end is seen"""
        r = self.podman_run("./cnnrun.lua", "--", "sh", input="echo heard\nexit 9\n")
        self.assertEqual((r.code, r.out), (9, "heard\n"))

    def test_no_gpus(self):
        """a GPU request is refused, since Podman would ignore it"""
        self.profile('c:build { tag = "boxes:latest", context = "context" }', 'c:gpus "0"',
                     image=None)
        r = self.podman_run("./cnnrun.lua")
        self.assertEqual(r.code, 125)
        self.assertIn("--gpus none", r.err)

    def test_killed(self):
        """nothing is left when the launcher is killed"""
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000",
                              env=self.env)
        kit.wait_for(lambda: [c for c in self.podman.containers().values()
                              if c["State"] == "running"], 60, "the container")
        p.kill()
        kit.wait_for(lambda: not self.podman.containers(), 30, "the end of the container")
