# SPDX-License-Identifier: MIT
"""The profile, or a module of it, is exchanged for one that asks for more while it is being
run: race(seed) is true where nothing was mounted that nobody granted. The seed picks what is
exchanged, and how fast."""
import os
import random
import shutil
import tempfile

import attack
import exchange
import kit

HARMLESS = 'return { "project", "/work" }'
PROFILE = """local cnn = require "cnnrun"
local m = %s
return cnn.profile { setup = function(c)
    c:image "busybox"; c:mount(m[1] == "project" and "." or m[1], "/work", { readonly = true })
    c:command { "sh", "-c", "cat /work/file" }
end }
"""


def race(seed):
    rng = random.Random(seed)
    top = tempfile.mkdtemp(dir=kit.SCRATCH)
    project, away = os.path.join(top, "project"), os.path.join(top, "away")
    try:
        for where, text in (project, "free"), (away, attack.SECRET):
            os.mkdir(where)
            with open(os.path.join(where, "file"), "w") as f:
                f.write(text)
        hostile = 'return { "%s" }' % away
        module = rng.random() < 0.5
        texts = {"cnnrun.lua": PROFILE % 'require "lib"', "lib.lua": HARMLESS, "other": hostile}
        if not module:
            texts = {"cnnrun.lua": PROFILE % "{ 'project' }", "other": PROFILE % ("{ '%s' }" % away)}
        for name, text in texts.items():
            with open(os.path.join(project, name), "w") as f:
                f.write(text)
        kit.tool("chown", "-R", "%d:%d" % (kit.USER, kit.USER), top)
        os.chmod(top, 0o755)
        used = os.path.join(project, "lib.lua" if module else "cnnrun.lua")
        pause = rng.choice((0, 0.0001, 0.001))
        with exchange.endlessly(used, os.path.join(project, "other"), lambda: pause):
            r = kit.cnnrun("./cnnrun.lua", uid=kit.USER, cwd=project, granted=False)
        return attack.SECRET not in r.out + r.err and r.code in (0, 125)
    finally:
        shutil.rmtree(top)
