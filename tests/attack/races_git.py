# SPDX-License-Identifier: MIT
"""The user runs git in the project while a container moves, removes and makes again whatever
it can of the repositories there, and a second one starts: race(seed) is true where git never
ran what the containers laid. The seed picks what they do, in which order."""
import os
import random
import shutil
import subprocess
import tempfile

import kit
from git_kit import EVIL

STEPS = ("proof >> {d}/.git/config", "hook {d}/.git/hooks", "rm -f {d}/.git", "mv {d}/.git {d}/was", "evil {d}",
         "mv {d} moved; evil {d}", "mv third moved; evil {d}", "rm -rf third; evil {d}", "mv moved/* .",
         "ln -s /tmp {d}/.git", "mv .git away; evil .", "mkdir -p {d}; proof > {d}/.git/config")
PROFILE = """local cnn = require "cnnrun"
return cnn.profile { setup = function(c) c:image "busybox"; c:mount(".", "/work"); c:workdir "/work" end }
"""


def git(where, *words, check=False):
    return subprocess.run(("git",) + words, cwd=where, env=kit.environment(kit.USER), check=check, timeout=60,
                          user=kit.USER, group=kit.USER, extra_groups=[], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def lay(top, populated):
    """A repository with a submodule, which is checked out or not."""
    origin, project = os.path.join(top, "origin"), os.path.join(top, "project")
    who = ("-c", "user.name=user", "-c", "user.email=user@example.org", "-c", "protocol.file.allow=always")
    for where in origin, project:
        git(top, "init", "-q", "-b", "main", where, check=True)
        with open(os.path.join(where, "cnnrun.lua"), "w") as f:
            f.write(PROFILE)
        os.chown(f.name, kit.USER, kit.USER)
        git(where, "add", ".", check=True)
        git(where, *who, "commit", "-qm", "first", check=True)
    git(project, *who, "submodule", "--quiet", "add", origin, "third/sub", check=True)
    git(project, *who, "commit", "-qm", "sub", check=True)
    if not populated:
        git(project, "submodule", "--quiet", "deinit", "-f", "third/sub", check=True)
    return project


def race(seed):
    rng = random.Random(seed)
    top = tempfile.mkdtemp(dir=kit.SCRATCH)
    proof = os.path.join(top, "proof")
    try:
        os.chown(top, kit.USER, kit.USER)
        project = lay(top, rng.random() < 0.5)
        script = EVIL + "\n".join(rng.choice(STEPS).format(d=rng.choice((".", "third", "third/sub")))
                                  for _ in range(20)) + "\nexit 0"
        words = ("./cnnrun.lua", "-e", "PROOF=" + proof, "--", "sh", "-c", script)
        both = [kit.start(*words, uid=kit.USER, cwd=project, granted=False) for _ in range(2)]
        while any(p.poll() is None for p in both):
            git(project, rng.choice(("status", "diff", "stash", "log")))
        for p in both:
            p.communicate()
        git(project, "status")
        return not os.path.exists(proof)
    finally:
        shutil.rmtree(top)
