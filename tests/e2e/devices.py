# SPDX-License-Identifier: MIT
"""A /dev of this process's own, which an engine that it starts afterwards has too: for nodes that
stand in for devices."""
import ctypes
import subprocess

import kit

CLONE_NEWNS = 0x20000

OWN = """set -eu
mount --make-rprivate /
mkdir -p $DIR/dev
mount -t tmpfs -o mode=755,dev tmpfs $DIR/dev
cd $DIR/dev
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty .
ln -s /proc/self/fd fd
ln -s pts/ptmx ptmx
mkdir pts shm
mount --rbind /dev/pts pts
%s
mount --rbind . /dev
"""


def own(nodes):
    """nodes: commands of the shell that make them, in the new /dev."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["sh", "-c", OWN % nodes], check=True,
                   env={"DIR": kit.SCRATCH, "PATH": "/usr/sbin:/usr/bin:/bin"})
