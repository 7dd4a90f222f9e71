# SPDX-License-Identifier: MIT
"""What the doors share: one image that stands in for all, and what of a container has to be the
same whoever made it."""
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
import kit  # noqa: E402

CLI = os.path.join(os.environ["CNNRUN_TEST_CACHE"], "devcontainer-cli/node_modules/@devcontainers/cli")
HERE = os.path.dirname(os.path.abspath(__file__))
LONG = os.environ.get("DOORS") == "all"

# Labels of whoever made it, and of no meaning inside.
OURS = re.compile(r"^(cnnrun($|\.)|com\.docker\.compose\.|devcontainer\.)")


def stand_in(*names):
    """The image of tests/doors/image under each of these names."""
    have = {t for i in kit.engine.get("/images/json") for t in i["RepoTags"] or ()}
    if "stands-in:latest" not in have:
        subprocess.run(["docker", "build", "-q", "-t", "stands-in", os.path.join(HERE, "image")], check=True,
                       env=kit.environment(DOCKER_BUILDKIT="0"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for name in names:
        if name not in have and name != "busybox":
            subprocess.run(["docker", "tag", "stands-in", name], check=True, env=kit.environment())


def devcontainer_cli(uid):
    """The words that start the devcontainer CLI as that user, in a copy which ordinary users can
    read; cli.sh has installed it."""
    copy = os.path.join(kit.SCRATCH, "devcontainer-cli")
    if not os.path.exists(copy):
        shutil.copytree(CLI, copy)
    return ["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups", "node",
            os.path.join(copy, "devcontainer.js")]


class Missing(dict):
    """What is not there is None."""

    def __missing__(self, key):
        return None


def capability(name):
    return name if name.startswith("CAP_") or name == "ALL" else "CAP_" + name


DOCKERS = {capability(c) for c in """AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW
    SETFCAP SETGID SETPCAP SETUID SYS_CHROOT""".split()}


def capabilities(host):
    """What the container has, however that was said."""
    if host["Privileged"]:
        return "all"
    add = {capability(c) for c in host["CapAdd"] or ()}
    drop = {capability(c) for c in host["CapDrop"] or ()}
    return sorted(((set() if "ALL" in drop else DOCKERS) | add) - (drop - {"ALL"} - add))


def mounts(c):
    """Without the gate of cnnrun's."""
    out = []
    for m in c["Mounts"]:
        if "/.cnnrun-" not in m["Destination"] and m["Type"] != "tmpfs":
            out.append((m["Type"], m.get("Name") if m["Type"] == "volume" else m.get("Source", ""), m["Destination"], m["RW"]))
    return sorted(out)


def tmpfs(c):
    """Directories in memory: where, how large."""
    host, out = Missing(c["HostConfig"]), {}
    for where, words in (host["Tmpfs"] or {}).items():
        out[where] = size_of(dict(w.partition("=")[::2] for w in words.split(",")).get("size"))
    for m in host["Mounts"] or ():
        if m["Type"] == "tmpfs":
            out[m["Target"]] = m.get("TmpfsOptions", {}).get("SizeBytes")
    return out


def size_of(text):
    units = {"k": 10, "m": 20, "g": 30}
    if not text:
        return None
    return int(text[:-1]) << units[text[-1]] if text[-1] in units else int(text)


def ports(host):
    """For all addresses is for all, whether IPv6 is named or not."""
    return {k: sorted((b["HostIp"] or "0.0.0.0", b["HostPort"]) for b in v if b["HostIp"] != "::")
            for k, v in (host["PortBindings"] or {}).items()}


def words(c):
    """What is run, without the gate of cnnrun's."""
    all_of = (c["Config"]["Entrypoint"] or []) + (c["Config"]["Cmd"] or [])
    return all_of[1:] if all_of and "/.cnnrun-" in all_of[0] else all_of


def options(host):
    """Security options but those that say the default."""
    said = [re.sub("=true$", "", o.replace(":", "=", 1)) for o in host["SecurityOpt"] or ()]
    return sorted(o for o in said if o not in ("no-new-privileges=false", "label=disable"))


def variables(c):
    """Without the language that cnnrun adds where nothing says one, and of root home and name, which
    an image's root has by being it."""
    env = dict(e.partition("=")[::2] for e in c["Config"]["Env"] or ())
    if env.get("LANG") == "C.UTF-8":
        del env["LANG"]
    if c["Config"]["User"] == "0:0":
        env.pop("HOME", None)
        env.pop("USER", None)
    return env


def seen(c):
    """What of a container is compared. Not: names, network and addresses, which are each one's own;
    init, which is a part of cnnrun's gate; health checks, which cnnrun does itself; how often it
    is started again; the way of logging."""
    config, host = c["Config"], Missing(c["HostConfig"])
    return {
        "image": c["Image"], "words": words(c), "user": {"0:0": "root"}.get(config["User"], config["User"] or ""),
        "workdir": config["WorkingDir"] or "/",
        "env": variables(c), "mounts": mounts(c), "tmpfs": tmpfs(c), "ports": ports(host), "capabilities": capabilities(host),
        "labels": {k: v for k, v in (config["Labels"] or {}).items() if not OURS.match(k)},
        "signal": config.get("StopSignal") or "", "timeout": config.get("StopTimeout"),
        "memory": host["Memory"], "swap": host["MemorySwap"], "cpus": host["NanoCpus"], "cpuset": host["CpusetCpus"],
        "pids": host["PidsLimit"] or 0, "shm": host["ShmSize"], "security": options(host),
        "ulimits": sorted((u["Name"], u["Soft"], u["Hard"]) for u in host["Ulimits"] or ()),
        "privileged": host["Privileged"], "readonly": host["ReadonlyRootfs"],
        "devices": sorted((d["PathOnHost"], d["PathInContainer"], d["CgroupPermissions"]) for d in host["Devices"] or ()),
        "gpus": [(d["Count"], d["DeviceIDs"] or [], d["Capabilities"]) for d in host["DeviceRequests"] or ()],
        "sysctls": host["Sysctls"] or {}, "hosts": sorted(host["ExtraHosts"] or ()), "dns": host["Dns"] or [],
        "ipc": host["IpcMode"], "pid": host["PidMode"], "groups": sorted(host["GroupAdd"] or ()),
        "host network": host["NetworkMode"] == "host",
    }
