# SPDX-License-Identifier: MIT
"""bench.py SCRATCH : the table of run.sh. Fails on errors only, never on a time."""
import os
import select
import shutil
import statistics
import time

import rig

N = int(os.environ.get("N", "8"))
ONLY = os.environ.get("ONLY", "start launch enter before stream keys build many script").split()
BYTES = 100 * 1000 * 1000
KEYS = 1000
said = []  # of the last line


def start():
    image = ["--image", "busybox"]
    found = rig.rounds(5 * N, {
        "empty C program": [os.path.join(rig.SCRATCH, "empty")],
        "cnnrun --help": [rig.CNNRUN, "--help"],
        "cnnrun plan profiles/shell.lua": [rig.CNNRUN, "plan", "profiles/shell.lua"] + image,
        "docker --help": ["docker", "--help"],
    })
    rig.table("start-up", found, "empty C program")
    said.append("plan %.1f ms and --help %.1f ms CPU (an empty program %.1f)" % tuple(
        rig.median(found[k], "cpu") for k in
        ("cnnrun plan profiles/shell.lua", "cnnrun --help", "empty C program")))


def launch():
    for network in "bridge", "none", "host":
        options = [] if network == "bridge" else ["--network", network]
        found = rig.rounds(N, rig.clients(network, options, ["true"]))
        rig.table("launch, network %s" % network, found, "bare calls")
        if network == "bridge":
            said.append("launch %.2fx of the bare calls, %.1f ms CPU, %.1f MB (docker %.2fx, %.1f ms, %.1f MB)" % tuple(
                f for name in ("cnnrun", "docker") for f in (
                    rig.ratio(found[name], found["bare calls"]), rig.median(found[name], "cpu"),
                    max(s.rss for s in found[name]))))


def enter():
    """A command in a box that runs, beside a container of its own for it."""
    launch, box = [rig.CNNRUN, rig.PROFILE], [rig.CNNRUN, rig.PROFILE, "--box"]
    rig.allow([])
    rig.allow(["--box"])
    jobs = {"launch": launch + ["--", "true"], "enter": box + ["--", "true"]}
    rig.rounds(1, jobs)
    found = rig.rounds(2 * N, jobs)
    rig.table("a command in a box", found, "launch")
    said.append("entering a box %.2fx of a launch" % rig.ratio(found["enter"], found["launch"]))


def before():
    """The build of BASE and this one: what a change costs."""
    old = os.path.join(rig.SCRATCH, "before")
    if not os.path.exists(old):
        return
    for network in "bridge", "none":
        words = [rig.PROFILE, "--network", network]
        rig.allow(words[1:])
        found = rig.rounds(4 * N, {"before": [old] + words + ["--", "true"],
                                   "now": [rig.CNNRUN] + words + ["--", "true"]})
        rig.table("launch, network %s" % network, found, "before")
        said.append("network %s: %.3fx of before" % (network, rig.ratio(found["now"], found["before"])))


def stream():
    """A file of the workspace, so that nothing is computed in the container."""
    line = b"0123456789abcdef" * 4
    with open(os.path.join(rig.PROJECT, "payload"), "wb") as f:
        f.write((line[:63] + b"\n") * (BYTES // 64))
    n = max(2, N // 4)
    show = ["cat", "payload"]
    kept = rig.rounds(n, rig.clients("stream", ["--log"], show))
    rig.table("100 MB, the engine's log kept", kept, "bare calls")
    bare = rig.rounds(n, rig.clients("stream", [], show, log="none"))
    rig.table("100 MB, no log", bare, "bare calls")
    rig.table("100 MB, as each comes", {"docker": kept["docker"], "cnnrun": bare["cnnrun"]}, "docker")
    found = rig.rounds(n, rig.clients("stream", [], show, True, "none"), True)
    rig.table("100 MB, terminal, no log", found, "bare calls")
    said.append("100 MB in %.2fx of docker's time, on a terminal with %.2fx of its CPU" % (
        rig.ratio(bare["cnnrun"], kept["docker"]), rig.ratio(found["cnnrun"], found["docker"], "cpu")))
    os.unlink(os.path.join(rig.PROJECT, "payload"))


class Typist:
    """A session in which every key is echoed by the container's terminal."""

    def __init__(self, command):
        self.client = rig.Client(command, tty=True, read=False)
        self.times = []
        self.expect(b"READY\r\n")

    def expect(self, text):
        seen = b""
        while text not in seen:
            if not select.select([self.client.master], [], [], 60)[0]:
                raise SystemExit("bench: no echo of %r from %s" % (text, self.client.command[0]))
            seen += os.read(self.client.master, 4096)

    def press(self, key):
        begun = time.perf_counter()
        os.write(self.client.master, key)
        self.expect(key)
        self.times.append(1e3 * (time.perf_counter() - begun))


def keys():
    jobs = rig.clients("keys", [], ["sh", "-c", "echo READY; exec cat"], tty=True)
    sessions = {name: Typist(command) for name, command in jobs.items()}
    for i in range(KEYS):
        for s in sessions.values():
            s.press(b"%c" % (97 + i % 26))
    print("\n%-34s %9s %8s %8s" % ("a key's echo, of %d" % KEYS, "median ms", "x bare", "p99 ms"))
    base = statistics.median(sessions["bare calls"].times)
    for name, s in sessions.items():
        os.write(s.client.master, b"\x04\x04")  # the first ends the line, the second the input
        s.client.wait()
        m = statistics.median(s.times)
        print("  %-32s %9.2f %8.2f %8.2f" % (name, m, m / base, sorted(s.times)[KEYS * 99 // 100]))


def build():
    """Nothing has changed since the last build."""
    for n in 10, 10000:
        name = "context%d" % n
        context = os.path.join(rig.PROJECT, name)
        os.mkdir(context)
        with open(os.path.join(context, "Dockerfile"), "w") as f:
            f.write("FROM busybox\nCOPY . /context\n")
        for i in range(n):
            with open(os.path.join(context, "file%05d" % i), "w") as f:
                f.write("%d\n" % i * 500)
        run = rig.docker([], ["true"])
        line = "docker build -q -t docker-%s %s >/dev/null 2>&1 && exec %s docker-%s true" % (
            name, name, " ".join(run[:-2]), name)
        jobs = {
            "cnnrun, no build": [rig.CNNRUN, rig.PROFILE, "--", "true"],
            "cnnrun": [rig.CNNRUN, "--quiet", rig.PROFILE, "--directory", name, "--", "true"],
            "docker build + run": ["sh", "-c", line],
        }
        rig.rounds(1, jobs)
        found = rig.rounds(max(2, N // 2) if n == 10 else 2, jobs)
        rig.table("nothing to build, %d files" % n, found, "cnnrun, no build")
        shutil.rmtree(context)


def many(n=20):
    jobs = rig.clients("many", [], ["true"])
    print("\n%-34s %9s %8s %8s %8s" % ("%d at once" % n, "wall ms", "x bare", "CPU ms", "RSS MB"))
    walls = {}
    for name, command in jobs.items():
        begun = time.perf_counter()
        samples = [c.wait() for c in [rig.Client(command) for _ in range(n)]]
        walls[name] = 1e3 * (time.perf_counter() - begun)
        print("  %-32s %9.1f %8.2f %8.1f %8.1f" % (
            name, walls[name], walls[name] / walls["bare calls"], sum(s.cpu for s in samples),
            sum(s.rss for s in samples)))


def carry():
    """Only where it is asked for: it needs rsync, and 3 GB of disk."""
    import carrying
    print("\nto another machine and home again")
    said.append(carrying.carry())


os.makedirs(os.path.join(rig.PROJECT, "docker", "home"))
os.makedirs(os.path.join(rig.PROJECT, ".git"))  # says that it is a project
for name in "bench.lua", "script.lua":
    shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), os.path.join(rig.PROJECT, name))
for where in rig.PROJECT, os.path.join(rig.PROJECT, "docker"), os.path.join(rig.PROJECT, "docker", "home"):
    os.chown(where, rig.USER, rig.USER)
def script():
    """One container of two seconds, and three at once, by a script."""
    profile = os.path.join(rig.PROJECT, "script.lua")
    jobs = {str(k): [rig.CNNRUN, profile, "--times", str(k)] for k in (1, 3)}
    found = rig.rounds(max(2, N // 2), jobs)
    rig.table("containers of 2 s, by one script", found, "1")
    said.append("three containers at once %.2fx of one" % rig.ratio(found["3"], found["1"]))


for job in ONLY:
    globals()[job]()
print("\nbench: " + "; ".join(said or ["no summary of " + " ".join(ONLY)]))
