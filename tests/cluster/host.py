# SPDX-License-Identifier: MIT
"""A machine that is none: a network, a mount table, a name and process ids of its own on this one, with
/run and /tmp of its own and an engine. Power off is the death of its first process, and of all at once."""
import contextlib
import os
import re
import signal
import subprocess

import engine_api
import kit

# What lies in kit.SCRATCH all of them share, as they would a home.
INIT = """set -e
mount -t proc proc /proc; hostname $0
mount -t tmpfs -o mode=755 tmpfs /run; mkdir /run/all; mount --bind "$1" /run/all
mount -t tmpfs -o mode=1777 tmpfs /tmp; mkdir -p "$1"; mount --bind /run/all "$1"; umount /run/all
mount --bind "$2/hosts" /etc/hosts; mount --bind "$2/passwd" /etc/passwd
echo up; exec >/dev/null 2>&1
while :; do sleep 3600 & wait $!; done"""
# Control groups (the first version's): each host sees its own, and whatever comes from outside moves there.
GROUPED = """for k in $3; do
	mkdir -p /sys/fs/cgroup/$k/$4
	[ $k != cpuset ] || for f in cpus mems; do cat /sys/fs/cgroup/$k/cpuset.$f >/sys/fs/cgroup/$k/$4/cpuset.$f; done
	echo 0 >/sys/fs/cgroup/$k/$4/cgroup.procs
done
exec unshare -C sh -c 'for k in $3; do o=$k; [ $k != systemd ] || o=none,name=systemd
	umount /sys/fs/cgroup/$k; mount -t cgroup -o $o cgroup /sys/fs/cgroup/$k; done; eval "$5"' "$0" "$1" "$2" "$3" "$4" "$5"
"""
MOVE = 'for p in /sys/fs/cgroup/*/cgroup.procs; do echo 0 >$p || exit; done; exec "$@"'
KINDS = [k for k in os.listdir("/sys/fs/cgroup") if os.path.exists("/sys/fs/cgroup/%s/tasks" % k)]


def child(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        return int(f.read().split()[0])


def quiet(*words, **more):
    more.setdefault("stdout", subprocess.DEVNULL)
    more.setdefault("stderr", subprocess.DEVNULL)
    return subprocess.run(words, check=False, stdin=subprocess.DEVNULL, **more)


class Host:
    def __init__(self, top, number, switch=None):
        """switch: the host whose bridge it is on; without, it has that bridge."""
        self.top, self.number, self.name, self.switch = top, number, "n%d" % number, switch
        self.files = os.path.join(top, self.name)
        self.group = "%s-%s" % (os.path.basename(kit.SCRATCH), self.name)
        os.makedirs(self.files)
        self.started, self.pid = [], None

    def power_on(self):
        self.first = subprocess.Popen(
            ("setpriv", "--pdeathsig", "KILL", "unshare", "-n", "-m", "-u", "-p", "-f", "--propagation", "private", "--kill-child=SIGKILL",
             "sh", "-c", GROUPED if KINDS else INIT, self.name, kit.SCRATCH, self.top, " ".join(KINDS), self.group, INIT), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = self.first.stdout.readline()
        assert said == "up\n", "%s did not start: %s" % (self.name, said)
        self.pid = child(self.first.pid)
        self.connect()
        self.dockerd = self.begin(
            "dockerd", "--data-root", self.files + "/data", "--exec-root", "/run/docker", "--pidfile", "/run/docker.pid",
            "-H", "unix:///run/docker.sock", *(() if KINDS else ("--cgroup-parent", "/" + self.group)), "--iptables=false", "--ip6tables=false",
            PATH=kit.SCRATCH + "/hook:" + os.environ["PATH"])

    def connect(self):
        ip = ("nsenter", "-t", str((self.switch or self).pid), "-n", "ip", "link")
        mine = ("nsenter", "-t", str(self.pid), "-n", "ip")
        at = "eth0"
        if self.switch:
            port = "v%d" % self.number
            kit.tool(*ip, "add", port, "type", "veth", "peer", "name", "eth0", "netns", str(self.pid))
            kit.tool(*ip, "set", port, "master", "br0", "up")
        else:
            kit.tool(*ip, "add", "br0", "type", "bridge")
            at = "br0"
        kit.tool(*mine, "addr", "add", "10.99.0.1%d/24" % self.number, "dev", at)
        for name in "lo", at:
            kit.tool(*mine, "link", "set", name, "up")

    def ready(self):
        """Its engine answers, and has the image of the tests."""
        path = "/proc/%d/root/run/docker.sock" % self.pid
        self.engine = engine_api.Engine(path)

        def answers():
            with contextlib.suppress(OSError):
                return self.engine.call("GET", "/version")[0] == 200
        kit.wait_for(answers, 60, "the engine of " + self.name)
        os.chmod(path, 0o666)
        if not self.engine.get("/images/json"):
            kit.tool("docker", "-H", "unix://" + path, "load", "-q", "-i", self.top + "/busybox.tar")

    def at(self, cwd="/"):
        """Words before a program's, that it run here."""
        words = ("nsenter", "-t", str(self.pid), "-n", "-m", "-u", "-p", "--wdns=" + cwd)
        return words + ("-C", "sh", "-c", MOVE, "sh") if KINDS else words

    def begin(self, *words, **env):
        """A service of this host's; its child is the service itself."""
        with open("%s/%s.out" % (self.files, os.path.basename(words[0])), "a") as log:
            p = subprocess.Popen(self.at() + words, env=dict(os.environ, **env), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.started.append(p)
        return p

    def root(self, path):
        """A file of this host's, as this machine sees it."""
        return "/proc/%d/root%s" % (self.pid, path)

    def left(self):
        """What launches left on it."""
        runtime = self.root("/tmp/cnnrun-%d" % kit.USER)
        files = [f for f in os.listdir(runtime) if f != "mark.key"] if os.path.isdir(runtime) else []
        found = {"containers": list(self.engine.containers()), "files": files,
                 "networks": sorted(self.engine.networks() - {"bridge", "host", "none"})}
        return {k: v for k, v in found.items() if v}

    def power_off(self):
        """As the cord does it: all at once, and nobody is told."""
        if not self.pid:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        for p in [self.first] + self.started:
            p.wait()
        self.first.stdout.close()
        if self.switch and self.switch.pid:  # else only once the kernel comes to it
            quiet("nsenter", "-t", str(self.switch.pid), "-n", "ip", "link", "del", "v%d" % self.number)
        self.started, self.pid = [], None
        self.forget_groups()

    def forget_groups(self):
        """The kernel keeps them, empty."""
        for kind in os.listdir("/sys/fs/cgroup"):
            top = "/sys/fs/cgroup/%s/%s" % (kind, self.group)
            for where, _, _ in os.walk(top, topdown=False):
                with contextlib.suppress(OSError):
                    os.rmdir(where)

    def end(self):
        with contextlib.suppress(OSError, AttributeError):
            for name in self.engine.containers() if self.pid else ():
                self.engine.remove(name)
        self.power_off()


def hosts_file(path, count):
    with open(path, "w") as f:
        f.write("127.0.0.1 localhost\n" + "".join("10.99.0.1%d n%d\n" % (i, i) for i in range(count)))


def passwd_file(path, uid, home):
    """This machine's, with an entry for the user: Slurm asks for it by number, an Epilog by name."""
    with open("/etc/passwd") as f:
        lines = [x for x in f if not re.match("[^:]*:[^:]*:%d:" % uid, x) and not x.startswith("user:")]
    with open(path, "w") as f:
        f.write("".join(lines) + "user:x:%d:%d::%s:/bin/sh\n" % (uid, uid, home))
