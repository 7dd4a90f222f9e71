# SPDX-License-Identifier: MIT
"""The engines of the table, each private: its data, its socket and its user's home lie in one
directory. Those that this machine does not have come from roots of other releases."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LIB = os.path.join(os.path.dirname(HERE), "lib")
USER = 1000
PATH = "/usr/share/docker.io/contrib:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CONTAINERS_CONF = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
pids_limit = 0
[engine]
runtime = "%s"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
REGISTRIES_CONF = """[[registry]]
location = "127.0.0.1"
insecure = true
"""
# One GPU that is not there. A rootless engine can mount only nodes that the machine has.
CDI = {"cdiVersion": "0.5.0", "kind": "nvidia.com/gpu", "devices": [
    {"name": "0", "containerEdits": {"env": ["CDI_GPU=0"], "deviceNodes": [{"path": "/dev/zero"}]}}]}


class Engine:
    """Subclasses: words(), what to run inside of the root, by whom; socket."""

    rootless = True

    def __init__(self, name, suite="", v2=False, without=""):
        self.name, self.suite = name, suite
        self.env = {"ENTER_V2": "1" if v2 else "", "ENTER_WITHOUT": without}

    def place(self, directory):
        self.dir = directory
        os.makedirs(directory, 0o711)
        self.home, self.run = os.path.join(directory, "home"), os.path.join(directory, "run")
        for d in self.home, self.run, os.path.join(directory, "data"):
            os.mkdir(d, 0o700)
            if self.rootless:
                os.chown(d, USER, USER)
        self.socket = os.path.join(self.run if self.rootless else directory, "d.sock")
        self.cdi = os.path.join(directory, "cdi.json")
        with open(self.cdi, "w") as f:
            json.dump(CDI, f)
        self.env["ENTER_CDI"] = self.cdi

    def beside(self):
        """Words before a program that is to be in its network."""
        return []

    def around(self):
        root = "/"
        if self.suite:
            root = subprocess.run([os.path.join(HERE, "root.sh"), self.suite], check=True,
                                  stdout=subprocess.PIPE, text=True).stdout.strip()
        return [os.path.join(HERE, "enter.sh"), self.dir, root]

    def start(self):
        if self.rootless:
            os.chown(self.dir, USER, USER)
        env = ["env", "-i", "HOME=" + self.home, "USER=tester", "XDG_RUNTIME_DIR=" + self.run, "PATH=" + PATH]
        who = ["setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups"] if self.rootless else []
        with open(os.path.join(self.dir, "log"), "w") as log:
            self.process = subprocess.Popen(self.around() + who + env + self.words(), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True, cwd="/",
                                            env=dict(os.environ, **self.env))
        self.wait()

    def answers(self):
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.settimeout(5)
                s.connect(self.socket)
                s.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
                return b" 200 " in s.recv(64)
        except OSError:
            return False

    def wait(self):
        for _ in range(600):
            if self.answers():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        with open(os.path.join(self.dir, "log")) as f:
            raise RuntimeError("%s did not start:\n%s" % (self.name, "".join(f.readlines()[-8:])))

    def docker(self, *words, **more):
        return subprocess.run(("docker", "-H", "unix://" + self.socket) + words, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more).stdout

    def title(self):
        """By its real version: "Docker 28.5 rootless"."""
        version = ".".join(self.docker("version", "-f", "{{.Server.Version}}").split(".")[:2])
        kind, *more = self.name.replace(self.suite, "").replace("--", "-").rstrip("-").split("-", 1)
        return " ".join([kind.title(), version] + more)

    def stop(self):
        ids = self.docker("ps", "-aq").split() if self.answers() else []
        if ids:
            self.docker("rm", "-f", *ids)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.end_others()
        self.remove_group()
        shutil.rmtree(self.dir, True)

    def remove_group(self):
        path = os.path.join(self.dir, "group")
        if os.path.exists(path):
            with open(path) as f:
                group = f.read().strip()
            for _ in range(50):  # until the last process of it is gone
                subprocess.run(["find", group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"],
                               check=False, stderr=subprocess.DEVNULL)
                if not os.path.exists(group):
                    break
                time.sleep(0.1)

    def end_others(self):
        """What it started and left: a rootless Podman's pause process, who waits for execs that were."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/environ" % pid, "rb") as env, open("/proc/%s/cmdline" % pid, "rb") as words:
                    ours = ("=%s\0" % self.run).encode() in env.read() or (self.dir + "/").encode() in words.read()
                if ours:
                    os.kill(int(pid), signal.SIGKILL)
            except OSError:
                pass


class Docker(Engine):
    rootless = False

    def __init__(self, name, suite="", config=(), **env):
        super().__init__(name, suite)
        self.config = dict(config)
        self.env.update(env)

    def script(self, what):
        env = dict(os.environ, ENGINE_CONFIG=json.dumps(self.config), ENGINE_AROUND=" ".join(self.around()))
        subprocess.run([os.path.join(LIB, "engine.sh"), what, self.dir], check=True, env=dict(env, **self.env))

    def start(self):
        self.script("start")

    def stop(self):
        self.script("stop")


class RootlessDocker(Engine):
    def words(self):
        return ["DOCKERD_ROOTLESS_ROOTLESSKIT_NET=slirp4netns", "dockerd-rootless.sh", "--data-root",
                self.dir + "/data/docker", "--exec-root", self.run + "/exec", "--pidfile", self.run + "/docker.pid",
                "--iptables=false", "--ip6tables=false", "-H", "unix://" + self.socket]


class Podman(Engine):
    def __init__(self, name, suite="", rootless=True, **more):
        super().__init__(name, suite, v2=bool(suite), **more)
        self.rootless = rootless
        self.env["ENTER_NET"] = "" if rootless else "1"

    def beside(self):
        return [] if self.rootless else ["nsenter", "--net=/proc/%d/ns/net" % self.process.pid]

    def words(self):
        conf = os.path.join(self.dir, "containers.conf")
        with open(conf, "w") as f:
            f.write(CONTAINERS_CONF % ("crun" if self.suite else "runc"))
        registries = os.path.join(self.dir, "registries.conf")
        with open(registries, "w") as f:
            f.write(REGISTRIES_CONF)
        return ["CONTAINERS_CONF=" + conf, "CONTAINERS_REGISTRIES_CONF=" + registries, "podman", "--storage-driver", "overlay", "--root", self.dir + "/data/podman",
                "--runroot", self.run + "/containers", "--tmpdir", self.run + "/libpod", "system", "service",
                "--time", "0", "unix://" + self.socket]


CDI_HERE = {"cdi-spec-dirs": ["/run/cdi"]}
ALL = [
    Docker("docker"),
    Docker("docker-trixie", "trixie", dict(CDI_HERE, features={"cdi": True})),
    Docker("docker-sid", "sid", CDI_HERE),
    Docker("docker-sid-containerd", "sid", dict(CDI_HERE, features={"containerd-snapshotter": True})),
    Docker("docker-sid-api-1.44", "sid", CDI_HERE, DOCKER_MIN_API_VERSION="1.44"),  # as Docker 29 has it
    Docker("docker-sid-userns", "sid", {"userns-remap": "tester", **CDI_HERE}),
    RootlessDocker("docker-rootless"),
    RootlessDocker("docker-sid-rootless", "sid"),
    Podman("podman-rootless"),
    Podman("podman-trixie-rootless", "trixie"),
    Podman("podman-sid-rootless", "sid"),
    Podman("podman-sid", "sid", rootless=False, without="catatonit"),
]
