# SPDX-License-Identifier: MIT
"""Images as projects have them: a user of their own, an entrypoint that is root and drops to it."""
import io
import os
import shutil
import subprocess
import tarfile

import kit

PASSWD = "root:x:0:0:root:/root:/bin/sh\n%s"
ENTRYPOINT = """#!/bin/sh
# as official images do: what is the service's is given to it, and the program runs as it
if [ "$(id -u)" = 0 ]; then
	chown -R %(user)s /data || exit 1
	exec su -s /bin/sh %(user)s -c "exec $*"
fi
exec "$@"
"""


def entry(name, data=b"", owner=0, mode=0o755, link=None):
    e = tarfile.TarInfo(name)
    e.mode, e.uid, e.gid = mode, owner, owner
    e.type = tarfile.SYMTYPE if link else tarfile.DIRTYPE if data is None else tarfile.REGTYPE
    e.linkname, e.size = link or "", len(data or b"")
    return e, io.BytesIO(data or b"")


def root(users=(), directories=(), entrypoint=None, links=()):
    """The tar of a root file system: busybox; users: (name, uid) with a home each; directories:
    (path, owner); links: (path, what it says)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        t.add(shutil.which("busybox"),
              "bin/busybox")
        for applet in subprocess.check_output(["busybox", "--list"], text=True).split():
            if applet != "busybox":
                t.addfile(*entry("bin/" + applet, link="busybox"))
        for name, mode in (("tmp", 0o1777), ("root", 0o700), ("etc", 0o755), ("home", 0o755),
                           ("var", 0o755)):
            t.addfile(*entry(name, None, mode=mode))
        lines = "".join("%s:x:%d:%d::/home/%s:/bin/sh\n" % (n, u, u, n) for n, u in users)
        groups = "".join("%s:x:%d:\n" % u for u in users)
        t.addfile(*entry("etc/passwd", (PASSWD % lines).encode(), mode=0o644))
        t.addfile(*entry("etc/group", ("root:x:0:\n" + groups).encode(), mode=0o644))
        for name, uid in users:
            t.addfile(*entry("home/" + name, None, owner=uid))
            t.addfile(*entry("home/%s/.kept" % name, b"kept\n", owner=uid, mode=0o600))
        for path, owner in directories:
            t.addfile(*entry(path.lstrip("/"), None, owner=owner))
        for path, to in links:
            t.addfile(*entry(path, link=to))
        if entrypoint:
            t.addfile(*entry("entry", entrypoint.encode()))
    return out.getvalue()


def load(name, *changes, to=("docker", "-H", "unix://" + kit.SOCKET), **what):
    """changes are lines of a Dockerfile."""
    words = [w for c in ("ENV PATH=/bin",) + changes for w in ("--change", c)]
    subprocess.run(list(to) + ["import", *words, "-", name], input=root(**what), check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def unload(name):
    kit.engine.call("DELETE", "/images/%s?force=1" % name)


def owner(path):
    info = os.stat(path)
    return info.st_uid, info.st_gid
