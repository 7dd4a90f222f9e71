# SPDX-License-Identifier: MIT
"""A private Podman, and its compatible API on a socket."""
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


class Service(kit.Case):
    """A case whose podman_run() is cnnrun on that engine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dir = tempfile.mkdtemp(prefix="podman.", dir=kit.SCRATCH)
        cls.socket = os.path.join(cls.dir, "p.sock")
        cls.env = {"DOCKER_HOST": "unix://" + cls.socket}
        cls.conf = os.path.join(cls.dir, "containers.conf")
        with open(cls.conf, "w") as f:
            f.write(CONF)
        with open(os.path.join(cls.dir, "log"), "w") as log:
            cls.service = subprocess.Popen(cls.words("system", "service", "--time", "0", "unix://" + cls.socket),
                                           env=dict(os.environ, CONTAINERS_CONF=cls.conf), stdout=log,
                                           stderr=log)
        kit.wait_for(lambda: os.path.exists(cls.socket), 60, "podman's start")
        os.chmod(cls.dir, 0o711)
        os.chmod(cls.socket, 0o666)  # for other users than root
        cls.podman = kit.Engine(cls.socket)

    @classmethod
    def words(cls, *rest):
        return ["podman", "--root", cls.dir + "/root", "--runroot", cls.dir + "/run",
                "--tmpdir", cls.dir + "/tmp", "--runtime", "runc"] + list(rest)

    @classmethod
    def tool(cls, *rest):
        return kit.tool(*cls.words(*rest), env=dict(os.environ, CONTAINERS_CONF=cls.conf),
                        stderr=subprocess.DEVNULL)

    @classmethod
    def tearDownClass(cls):
        cls.service.send_signal(signal.SIGTERM)
        cls.service.wait()
        subprocess.run("grep -o ' %s/[^ ]*' /proc/mounts | sort -r | xargs -r umount -l" % cls.dir,
                       shell=True, check=False)
        shutil.rmtree(cls.dir, True)

    def podman_run(self, *args, **more):
        return self.run_cnnrun(*args, env=self.env, **more)

    def check_traces(self):
        super().check_traces()
        self.assertEqual(self.podman.containers(), {})


SUBIDS = 'mount --bind "$0" /etc/subuid && mount --bind "$0" /etc/subgid && exec "$@"'


class Rootless(Service):
    """The same as an ordinary user's, who has subordinate ids in a mount namespace of its own."""

    @classmethod
    def words(cls, *rest):
        for name in "home", "run", "subids":
            path = os.path.join(cls.dir, name)
            if not os.path.exists(path):
                if name == "subids":
                    with open(path, "w") as f:
                        f.write("%d:300000:65536\n" % kit.USER)
                else:
                    os.mkdir(path)
                    os.chown(path, kit.USER, kit.USER)
        os.chown(cls.dir, kit.USER, kit.USER)
        who = ["unshare", "-m", "sh", "-c", SUBIDS, cls.dir + "/subids", "setpriv", "--reuid", str(kit.USER),
               "--regid", str(kit.USER), "--clear-groups", "env", "HOME=%s/home" % cls.dir,
               "XDG_RUNTIME_DIR=%s/run" % cls.dir]
        return who + super().words("--storage-driver", "vfs", *rest)
