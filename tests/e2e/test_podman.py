# SPDX-License-Identifier: MIT
"""The same command line on Podman's compatible API, a private one."""
import os
import shutil
import signal
import subprocess
import tempfile

import kit

CONF = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""

DOCKERFILE = """FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV FROM_IMAGE=yes
CMD ["sh"]
"""


class Podman(kit.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dir = tempfile.mkdtemp(prefix="podman.", dir=kit.SCRATCH)
        cls.socket = os.path.join(cls.dir, "p.sock")
        conf = os.path.join(cls.dir, "containers.conf")
        with open(conf, "w") as f:
            f.write(CONF)
        with open(os.path.join(cls.dir, "log"), "w") as log:
            cls.service = subprocess.Popen(
                ["podman", "--root", cls.dir + "/root", "--runroot", cls.dir + "/run",
                 "--tmpdir", cls.dir + "/tmp", "--runtime", "runc",
                 "system", "service", "--time", "0", "unix://" + cls.socket],
                env=dict(os.environ, CONTAINERS_CONF=conf), stdout=log, stderr=log)
        kit.wait_for(lambda: os.path.exists(cls.socket), 60, "podman's start")
        cls.podman = kit.Engine(cls.socket)

    @classmethod
    def tearDownClass(cls):
        cls.service.send_signal(signal.SIGTERM)
        cls.service.wait()
        subprocess.run("grep -o ' %s/[^ ]*' /proc/mounts | sort -r | xargs -r umount -l" % cls.dir,
                       shell=True, check=False)
        shutil.rmtree(cls.dir, True)

    def setUp(self):
        super().setUp()
        os.mkdir(os.path.join(self.project, "context"))
        shutil.copy("/bin/busybox", os.path.join(self.project, "context", "busybox"))
        self.write("context/Dockerfile", DOCKERFILE)
        self.profile('c:build { tag = "boxes:latest", context = "context", network = "host" }',
                     'c:network "none"', 'c:mount(".", "/w")', 'c:workdir "/w"',
                     'c:user { uid = 1000, name = "bob" }', image=None)

    def podman_run(self, *args, **more):
        return self.run_cnnrun(*args, env={"DOCKER_HOST": "unix://" + self.socket}, **more)

    def check_traces(self):
        super().check_traces()
        self.assertEqual(self.podman.containers(), {})

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
        self.assertIn("-d none", r.err)

    def test_killed(self):
        """nothing is left when the launcher is killed"""
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "1000",
                              env={"DOCKER_HOST": "unix://" + self.socket})
        kit.wait_for(lambda: [c for c in self.podman.containers().values()
                              if c["State"] == "running"], 60, "the container")
        p.kill()
        kit.wait_for(lambda: not self.podman.containers(), 30, "the end of the container")
