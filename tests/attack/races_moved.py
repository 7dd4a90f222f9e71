# SPDX-License-Identifier: MIT
"""Races for a mount's source: a directory and a link are exchanged beside a launch, at
moments that a seed decides. make soak repeats them."""
import os
import random
import shutil
import tempfile

import attack
import exchange
import kit

SCRIPT = "cat /d/secret; cat /d/secret >> /w/proof"
MOUNTS = {  # what is mounted at /d, and what is exchanged for the link
    'c:mount("data", "/d")': "data",
    'c:mount("data", "/d", { readonly = true })': "data",
    'c:mount("top/d", "/d")': "top",
    'c:mount("top/d/secret", "/d/secret")': "top/d",
    'c:home("data", { target = "/d" })': "data",
    'c:mount("data", "/d") c:user "host" c:network "none"': "data",
}


def mine(path, text=None):
    if text is None:
        os.makedirs(path, exist_ok=True)
    else:
        with open(path, "w") as f:
            f.write(text)
    os.chown(path, kit.USER, kit.USER)


def race(seed):
    """One launch; True = nothing of the secret got into the container."""
    rng = random.Random(seed)
    kit.install()
    kit.environment(kit.USER)
    top = tempfile.mkdtemp(prefix="race.", dir=kit.SCRATCH)
    project, outside = os.path.join(top, "project"), os.path.join(top, "outside")
    os.chmod(top, 0o755)
    call = rng.choice(sorted(MOUNTS))
    for name in ("", "/.git", "/data", "/top", "/top/d"):
        mine(project + name)
    for name in "/data/secret", "/top/d/secret":
        mine(project + name, "the project's own\n")
    for name in "", "/d":
        mine(outside + name)
        mine(outside + name + "/secret", attack.SECRET)
    os.symlink(outside, project + "/link")
    mine(project + "/cnnrun.lua", """local cnn = require "cnnrun"
        return cnn.profile { about = "race", setup = function(c)
            c:image "busybox"  c:mount(".", "/w")  %s
        end }""" % call)
    try:
        with exchange.endlessly(os.path.join(project, MOUNTS[call]), project + "/link",
                                lambda: rng.choice((0, 0.005, 0.03, 0.06, 0.1, 0.15))):
            r = kit.cnnrun("./cnnrun.lua", "--", "sh", "-c", SCRIPT, uid=kit.USER, cwd=project, granted=False)
        proof = ""
        if os.path.exists(project + "/proof"):
            with open(project + "/proof") as f:
                proof = f.read()
        return attack.SECRET not in r.out + r.err + proof
    finally:
        shutil.rmtree(top, True)
