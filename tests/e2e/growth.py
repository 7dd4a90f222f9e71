# SPDX-License-Identifier: MIT
"""One script that launches again and again: what it holds after a hundred launches it holds
after a thousand."""
import os
import re
import subprocess
import time

import kit
from world import World

SCRIPT = """
for i = 1, %d do
    local r, why = cnn.run(c, { capture = true })
    if not r then error(why, 0) end
    if r.stdout == "" then return end -- only asked what it would do
    if r.code ~= 0 or r.stdout ~= "up\\n" then error("launch " .. i .. ": " .. r.stderr, 0) end
    if i %% %d == 0 then
        print("mark " .. i) -- and a moment in which it can be looked at
        c:command { "sleep", "2" }
        cnn.run(c, { capture = true })
        c:command { "echo", "up" }
    end
end
"""


def script(world, n, mark):
    world.write("growth.lua", 'local cnn = require "cnnrun"\nreturn cnn.profile {\nabout = "growth", '
                'action = "none",\nsetup = function(c)\nc:image "busybox"\nc:user "host"\nc:xhost()\n'
                'c:mount(".", "/work")\nc:tty(false)\nc:command { "echo", "up" }\n%s\nend }\n'
                % (SCRIPT % (n, mark)))
    world.grant("growth.lua")


def held(pid, world):
    """What a process holds, and what it left in files."""
    with open("/proc/%d/status" % pid) as f:
        rss, data = (int(n) for n in re.search(r"VmRSS:\s+(\d+).*VmData:\s+(\d+)", f.read(), re.S).groups())
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        children = len(f.read().split())
    files = sum(len(names) for _, _, names in os.walk(world.home))
    return {"descriptors": len(os.listdir("/proc/%d/fd" % pid)), "children": children,
            "files": files, "RSS KiB": rss, "data KiB": data}




def least(pid, world):
    """While the container of a mark runs: before, there are still other descriptors."""
    kit.wait_for(lambda: [c for c in world.api.containers().values()
                          if c["State"] == "running" and world.project in str(c["Labels"])], 30, "a mark")
    looks = []
    for _ in range(3):
        time.sleep(0.3)
        looks.append(held(pid, world))
    return {what: min(look[what] for look in looks) for what in looks[0]}


def launches(n, slack=512):
    """slack: KiB of pages that are touched late. A leak of 1 KiB in each of a thousand
    launches is 900."""
    own = World("growth")
    mark = max(n // 10, 1)
    script(own, n, mark)
    marks = []
    p = kit.start("./growth.lua", granted=False, uid=own.uid, cwd=own.project, env=own.env,
                  stderr=subprocess.PIPE)
    said = []
    for line in p.stderr:
        said.append(line)
        if line.startswith("mark "):
            marks.append(least(p.pid, own))
            print("soak: %6s launches: %s" % (line.split()[1], marks[-1]), flush=True)
    p.wait(60)
    problems = [] if p.returncode == 0 else ["status %d: %s" % (p.returncode, "".join(said[-3:]))]
    if not said or said[-1] != "mark %d\n" % (n // mark * mark):
        problems.append("it ended early: %s" % "".join(said[-3:]))
    for what in marks[0] if len(marks) > 1 else ():
        grown = marks[-1][what] - marks[0][what]
        if grown > (slack if "KiB" in what else 0):
            problems.append("%s grew by %d" % (what, grown))
    problems += ["left behind: %r" % own.left()] if own.left() else []
    own.end()
    yield "%d launches in one script" % n, problems


def unjail():
    """What valgrind needs inside the jail's process; see the file."""
    library = os.path.join(kit.SCRATCH, "unjail.so")
    if not os.path.exists(library):
        kit.tool("cc", "-shared", "-fPIC", "-O1", "-o", library,
                 os.path.join(kit.TOP, "tests/lib/unjail.c"), "-ldl")
    return library


def complaints(report):
    """Of valgrind, without the descriptors that it was started with itself."""
    text = re.sub(r"==\d+== ?", "", report)
    return [part for part in text.split("\n\n")
            if part.strip() and "<inherited from parent>" not in part and "FILE DESCRIPTORS" not in part]


def valgrind(n):
    """Memory and descriptors of the launcher, to the byte."""
    own = World("valgrind")
    script(own, n, n)
    log = os.path.join(own.home, "valgrind.%p")
    p = kit.start("./growth.lua", granted=False, uid=own.uid, cwd=own.project,
                  env=dict(own.env, LD_PRELOAD=unjail()),
                  before=["valgrind", "--quiet", "--leak-check=full", "--track-fds=yes", "--error-exitcode=99",
                          "--log-file=" + log])
    err = p.communicate("", 3600)[1]
    problems = [] if p.returncode == 0 else ["status %d: %s" % (p.returncode, err[-500:])]
    if "mark %d\n" % n not in err:
        problems.append("it ended early: %s" % err[-500:])
    with open(log.replace("%p", str(p.pid))) as f:
        problems += complaints(f.read())
    own.end()
    yield "%d launches under valgrind" % n, problems
