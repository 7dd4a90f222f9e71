# SPDX-License-Identifier: MIT
"""Four GPUs that are not there, for a network of its own: what is held on this machine by
others, and by other runs of the tests, is out of sight."""
import ctypes
import json
import os
import subprocess

import kit

UUIDS = ["GPU-%s-aaaa-bbbb-cccc-%s" % (str(i) * 8, str(i) * 12) for i in range(4)]
CLONE_NEWNET = 0x40000000


def own_network():
    """Claims are names of a network namespace; this process and its children get another. An X
    server must not be started in it: it would not see which displays others have."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def other_engine(case, config=""):
    """One more dockerd, without the hook, that has busybox; its DOCKER_HOST."""
    script = os.path.join(kit.TOP, "tests/lib/engine.sh")
    where = os.path.join(kit.SCRATCH, "other")
    image = subprocess.run(["docker", "save", "busybox"], check=True, stdout=subprocess.PIPE)
    subprocess.run([script, "start", where], check=True, env=dict(os.environ, ENGINE_CONFIG=config))
    case.addCleanup(subprocess.run, [script, "stop", where])
    os.chmod(where + "/d.sock", 0o666)
    host = "unix://%s/d.sock" % where
    subprocess.run(["docker", "-H", host, "load", "-q"], input=image.stdout, check=True,
                   stdout=subprocess.DEVNULL)
    return host


class Machine:
    """A stand-in for NVML, and a file that says how busy each GPU is."""

    def __init__(self, directory):
        self.library = os.path.join(directory, "nvml-busy.so")
        self.file = os.path.join(directory, "busy")
        subprocess.run(["cc", "-shared", "-fPIC", "-DBUSY", "-o", self.library,
                        os.path.join(kit.TOP, "tests/c/fake_nvml.c")], check=True)
        self.busy()
        self.env = {"CNNRUN_NVML": self.library, "FAKE_GPUS": self.file}

    def busy(self, *lines):
        """(free MiB, per cent of use, processes) each; the others are idle."""
        lines = list(lines) + [(40960, 0, 0)] * (4 - len(lines))
        with open(self.file + ".new", "w") as f:
            f.write("".join("%d %d %d\n" % line for line in lines))
        os.rename(self.file + ".new", self.file)

    def listed(self, **more):
        r = kit.cnnrun("ps", "--gpus", "--json", env=self.env, **more)
        assert r.code == 0, r.err
        return json.loads(r.out)

    def holders(self, **more):
        """Index: who holds it."""
        return {g["index"]: g["held_by"] for g in self.listed(**more) if "held_by" in g}


def given(name):
    """The indexes of the GPUs that the container got."""
    requests = kit.engine.inspect(name)["HostConfig"]["DeviceRequests"]
    return sorted(UUIDS.index(u) for u in requests[0]["DeviceIDs"])
