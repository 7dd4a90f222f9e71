# SPDX-License-Identifier: MIT
"""10,000 small files and 1 GB to a machine behind ssh and home again, beside rsync by the same ssh."""
import os
import shutil
import statistics
import subprocess
import sys
import time

import rig

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e"))
os.environ.setdefault("CNNRUN_TEST_DIR", rig.SCRATCH)
import far_kit  # noqa: E402
import kit  # noqa: E402

PROFILE = """local cnn = require "cnnrun"
return cnn.profile { about = "carried", setup = function(c)
	c:image "busybox"
	c:user { uid = 12, gid = 12 }
	%s
end }
"""


def make(project):
    os.makedirs(os.path.join(project, ".git"))
    for name, line in ("carried.lua", 'c:mount(".", "/w", { carry = true })'), ("plain.lua", ""):
        with open(os.path.join(project, name), "w") as f:
            f.write(PROFILE % line)
    for i in range(10000):
        d = os.path.join(project, "small", "%02d" % (i % 100))
        os.makedirs(d, exist_ok=True)
        with open(os.path.join(d, str(i)), "wb") as f:
            f.write(os.urandom(1000 + i % 3000))
    with open(os.path.join(project, "large"), "wb") as f:
        for _ in range(1024):
            f.write(os.urandom(1 << 20))


def spent(words, project, env):
    begun = time.perf_counter()
    subprocess.run(words, check=True, cwd=project, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def carry(n=3):
    if not shutil.which("rsync"):
        raise SystemExit("bench: carry is compared with rsync; install it: apt-get install rsync")
    kit.install = lambda: None
    far_kit.Far.setUpClass()
    project, there = os.path.join(rig.SCRATCH, "carried"), os.path.join(rig.SCRATCH, "there")
    env = dict(os.environ, PATH=far_kit.Far.path)
    del env["DOCKER_HOST"]
    make(project)
    run = {name: [rig.CNNRUN, "--on", "ssh://box", "./%s.lua" % name, "--", "true"] for name in ("carried", "plain")}
    sync = ["rsync", "-a", project + "/", "box:" + there + "/"]
    back = ["rsync", "-a", "box:" + there + "/", project + "/"]
    for name in run:
        spent([rig.CNNRUN, "allow", "--on", "ssh://box", "./%s.lua" % name], project, env)
    spent(run["plain"], project, env)
    ratios = {"first": [], "again": []}
    for _ in range(n):
        shutil.rmtree(there, True)
        spent([rig.CNNRUN, "--on", "ssh://box", "clean", "--volumes"], project, env)
        for turn in ratios:
            rsync = spent(sync, project, env) + spent(run["plain"], project, env) + spent(back, project, env)
            ours = spent(run["carried"], project, env)
            print("  %s: rsync, the run, rsync %.2f s; carried %.2f s" % (turn, rsync, ours), flush=True)
            ratios[turn].append(ours / rsync)
    spent([rig.CNNRUN, "--on", "ssh://box", "clean", "--volumes"], project, env)
    far_kit.Far.unplug()
    return "10,000 files and 1 GB carried %.2fx of rsync there, the run, and rsync back, with nothing changed %.2fx" % (
        statistics.median(ratios["first"]), statistics.median(ratios["again"]))
