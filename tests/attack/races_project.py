# SPDX-License-Identifier: MIT
"""A file of the project is exchanged with a link to the user's secret while a profile reads
it: race(seed) is true where no read ever saw the secret. The seed picks what is exchanged
(the file, its directory, a module) and how fast."""
import os
import random
import shutil
import tempfile

import attack
import exchange
import kit

READS = 1500  # of one launch


def lay(project, away, kind):
    """The two that are exchanged, and what reads by the name of one."""
    for where, text in (project + "/dir", "return 'free'"), (away, attack.SECRET):
        os.mkdir(where)
        for name in "file", "lib.lua":
            with open(os.path.join(where, name), "w") as f:
                f.write(text)
    os.mkdir(project + "/.git")
    if kind == "directory":
        os.symlink(away, project + "/link")
        return "dir", "link", 'cnn.project.read("dir/file")'
    name = "lib.lua" if kind == "module" else "file"
    os.symlink(os.path.join(away, name), project + "/link")
    return "dir/" + name, "link", ('(door.call("require", { name = "dir.lib" }) or {}).text'
                                   if kind == "module" else 'cnn.project.read("dir/file")')


def race(seed):
    rng = random.Random(seed)
    top = tempfile.mkdtemp(dir=kit.SCRATCH)
    project, away = os.path.join(top, "project"), os.path.join(top, "away")
    try:
        os.mkdir(project)
        a, b, read = lay(project, away, rng.choice(("file", "directory", "module")))
        with open(project + "/x.lua", "w") as f:
            f.write("""local cnn, door = require "cnnrun", require "cnnrun.door"
                return cnn.profile { setup = function(c) c:image "busybox"
                for i = 1, %d do
                    local text = %s
                    if text and not text:find "free" then error("SAW " .. text, 0) end
                end end }""" % (READS, read))
        kit.tool("chown", "-hR", "%d:%d" % (kit.USER, kit.USER), top)
        os.chmod(top, 0o755)
        pause = rng.choice((0, 0.00002, 0.0001))
        with exchange.endlessly(os.path.join(project, a), os.path.join(project, b), lambda: pause):
            r = kit.cnnrun("plan", "./x.lua", uid=kit.USER, cwd=project, granted=False)
        held = attack.SECRET not in r.out + r.err
        # one that is out of time, as on a busy machine, has read as often as it could
        assert r.code == 0 or not held or "computed longer" in r.err, r.err
        return held
    finally:
        shutil.rmtree(top)
