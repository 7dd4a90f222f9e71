# SPDX-License-Identifier: MIT
"""cnnrun beside docker's command line and beside the bare engine calls, paired: the
programs take turns, so that a busy machine slows all of them. Medians; CPU is that of a
program and everything it started, its janitor included.

usage: bench.py [ROUNDS]   (tests/bench/run.sh starts the engine and calls this)"""
import ctypes
import os
import pty
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = os.environ["BUILD"]
CNNRUN = os.path.join(BUILD, "cnnrun")
FLOOR = os.path.join(BUILD, "floor")
SOCKET = os.environ["DOCKER_HOST"][len("unix://"):]
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
DOCKER = ["docker", "run", "--rm", "--init", "--cap-drop", "ALL", "--log-driver", "none",
          "--security-opt", "no-new-privileges"]
PROFILE = """local cnn = require "cnnrun"
return cnn.profile { options = { network = { default = "bridge" }, image = { default = "busybox" } },
setup = function(c, opt) c:image(opt.image) c:network(opt.network) c:command { "true" } end }
"""
MB = 1 << 20


class Cost:
    """Wall seconds, CPU seconds, and the largest resident set in MB."""

    def __init__(self, wall, cpu, rss):
        self.wall, self.cpu, self.rss = wall, cpu, rss


def reap(main):
    """Waits for main and then for every other descendant; returns (end of main, cpu, rss)."""
    end, cpu, rss = None, 0, 0
    while True:
        try:
            pid, status, use = os.wait4(-1, 0)
        except ChildProcessError:
            return end, cpu, rss
        cpu += use.ru_utime + use.ru_stime
        rss = max(rss, use.ru_maxrss / 1024)
        if pid == main:
            end = time.perf_counter()
            if status != 0:
                sys.exit("bench: a measured program failed with status %d" % status)


def cost(command, times=1):
    begin = time.perf_counter()
    with open(os.devnull, "r+b") as null:
        for _ in range(times):
            p = subprocess.Popen(command, stdin=null, stdout=null, stderr=subprocess.DEVNULL)
            if times > 1:
                continue
            end, cpu, rss = reap(p.pid)
            p.returncode = 0
            return Cost(end - begin, cpu, rss)
    _, cpu, rss = reap(0)
    return Cost(time.perf_counter() - begin, cpu, rss)


def cost_on_tty(command):
    """The same on a pseudo-terminal whose output is read and dropped."""
    begin = time.perf_counter()
    pid, master = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    try:
        while os.read(master, 1 << 16):
            pass
    except OSError:
        pass
    end, cpu, rss = reap(pid)
    os.close(master)
    return Cost(end - begin, cpu, rss)


def paired(rounds, measure=cost, **commands):
    """{name: Cost of medians}, the commands taking turns; the first round only warms up."""
    seen = {name: [] for name in commands}
    for r in range(rounds + 1):
        for name, command in commands.items():
            c = measure(command)
            if r:
                seen[name].append(c)
    return {name: Cost(*(statistics.median(getattr(c, k) for c in all_of_them)
                         for k in ("wall", "cpu", "rss")))
            for name, all_of_them in seen.items()}


def line(what, value, goal, good):
    print("  %-46s %-22s goal %-18s %s" % (what, value, goal, "ok" if good else "MISSED"))


def ratio(what, a, b, goal):
    line(what, "%.3f (%.0f / %.0f ms)" % (a / b, a * 1e3, b * 1e3), "<= %.2f" % goal, a / b <= goal)


def at_most(what, value, goal, unit):
    line(what, "%.1f %s" % (value, unit), "<= %g %s" % (goal, unit), value <= goal)


def launches():
    for network, goal in ("bridge", 1.0), ("host", 0.9):
        c = paired(ROUNDS, ours=[CNNRUN, "./cnnrun.lua", "--network", network],
                   floor=[FLOOR, SOCKET, "busybox", network, "plain", "true"],
                   docker=DOCKER + ["--network", network, "busybox", "true"])
        print("launch `true`, %s network (docker: %.0f ms CPU, %.0f MB)"
              % (network, c["docker"].cpu * 1e3, c["docker"].rss))
        ratio("wall / bare engine calls", c["ours"].wall, c["floor"].wall, 1.03)
        ratio("wall / docker", c["ours"].wall, c["docker"].wall, goal)
        at_most("CPU", c["ours"].cpu * 1e3, 10, "ms")
        at_most("memory", c["ours"].rss, 12, "MB")


def local_commands():
    c = paired(ROUNDS, help=[CNNRUN, "--help"], plan=[CNNRUN, "plan", "./cnnrun.lua"],
               list=[CNNRUN, "list"])
    print("commands that need no engine")
    for name in c:
        at_most(name + ", CPU", c[name].cpu * 1e3, 2.5, "ms")
        at_most(name + ", memory", c[name].rss, 12, "MB")


def streams():
    work = ["sh", "-c", "yes cnnrun-streaming-test | head -c %d" % (100 * MB)]
    few = max(3, ROUNDS // 4)
    c = paired(few, ours=[CNNRUN, "./cnnrun.lua", "--"] + work,
               floor=[FLOOR, SOCKET, "busybox", "bridge", "plain"] + work,
               docker=DOCKER + ["busybox"] + work)
    print("100 MB of output through a pipe (docker: %.2f s CPU)" % c["docker"].cpu)
    ratio("wall / bare engine calls", c["ours"].wall, c["floor"].wall, 1.05)
    at_most("CPU", c["ours"].cpu, 0.15, "s")
    c = paired(few, cost_on_tty, ours=[CNNRUN, "./cnnrun.lua", "--"] + work,
               docker=DOCKER + ["-it", "busybox"] + work)
    print("100 MB of output through a terminal (docker: %.2f s CPU)" % c["docker"].cpu)
    ratio("CPU / docker's", c["ours"].cpu, c["docker"].cpu, 0.5)


def builds():
    few = max(3, ROUNDS // 4)
    for files in 10, 10000:
        os.makedirs("ctx/files", exist_ok=True)
        for i in range(files):
            with open("ctx/files/%d" % i, "wb") as f:
                f.write(os.urandom(4096))
        with open("ctx/Dockerfile", "w") as f:
            f.write("FROM busybox\nCOPY . /ctx\n")
        with open("build.lua", "w") as f:
            f.write(PROFILE.replace("c:image(opt.image)",
                                    'c:build { tag = "bench-build", context = "ctx" }'))
        os.environ["DOCKER_BUILDKIT"] = "0"  # docker's own BuildKit needs a plugin
        docker = "docker build -q -t bench-docker ctx && " + " ".join(DOCKER) + " bench-docker true"
        rounds = few if files < 1000 else 1
        c = paired(few, ours=[CNNRUN, "./build.lua"],
                   run=[CNNRUN, "./cnnrun.lua", "--image", "bench-build"])
        d = paired(rounds, docker=["sh", "-c", docker])
        walk = paired(few, walk=["find", "ctx", "-size", "+1k"])
        print("a build with nothing to do, %d files, then run" % files)
        ratio("wall / (run + a stat walk)", c["ours"].wall, c["run"].wall + walk["walk"].wall, 1.3)
        ratio("wall / docker build and run", c["ours"].wall, d["docker"].wall,
              1.0 if files < 1000 else 0.05)


def crowd():
    n = 20
    print("%d launches at once" % n)
    ours = cost([CNNRUN, "./cnnrun.lua"], n)
    floor = cost([FLOOR, SOCKET, "busybox", "bridge", "plain", "true"], n)
    ratio("wall / bare engine calls", ours.wall, floor.wall, 1.05)
    at_most("CPU of all", ours.cpu * 1e3, 250, "ms")


def main():
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: janitors count too
    where = tempfile.mkdtemp(prefix="cnnrun-bench.")
    os.chdir(where)
    try:
        with open("cnnrun.lua", "w") as f:
            f.write(PROFILE)
        for part in local_commands, launches, streams, builds, crowd:
            part()
            sys.stdout.flush()
    finally:
        os.chdir("/")
        shutil.rmtree(where)


main()
