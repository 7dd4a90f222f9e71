# SPDX-License-Identifier: MIT
"""What a shell makes of a line of docker run, and what is the same in two of them."""
import os
import subprocess

SWITCHES = {"rm", "interactive", "tty", "init", "privileged", "read-only", "detach", "oom-kill-disable", "no-healthcheck",
            "sig-proxy"}
LETTERS = {"i": "interactive", "t": "tty", "d": "detach", "e": "env", "v": "volume", "p": "publish", "w": "workdir",
           "u": "user", "m": "memory", "l": "label", "a": "attach", "h": "hostname"}
SAME = {"net": "network"}

CATCH = """sudo() { "$@"; }; exec() { "$@"; }; xhost() { :; }
docker() { printf '%s\\0' "$@" >"$CAUGHT"; }; podman() { docker "$@"; }
"""


def words(text, cwd, env):
    """The words that docker would get."""
    caught = os.path.join(cwd, ".caught")
    subprocess.run(["bash", "-c", CATCH + text], cwd=cwd, env=dict(env, CAUGHT=caught), check=True)
    with open(caught) as f:
        found = f.read().split("\0")[:-1]
    os.unlink(caught)
    assert found[0] in ("run", "create"), found
    return found[1:]


def parsed(argv):
    """[(option, value)], and what follows them."""
    options, i = [], 0
    while i < len(argv) and argv[i].startswith("-"):
        word = argv[i]
        i += 1
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            name = SAME.get(name, name)
            if not equals and name not in SWITCHES:
                value = argv[i]
                i += 1
            options.append((name, value))
            continue
        for at, letter in enumerate(word[1:], 2):
            name = LETTERS[letter]
            if name in SWITCHES:
                options.append((name, ""))
                continue
            value = word[at:].lstrip("=")
            if not value:
                value = argv[i]
                i += 1
            options.append((name, value))
            break
    return options, argv[i:]


def size(text):
    text = text.lower().rstrip("b")
    unit = {"k": 10, "m": 20, "g": 30}.get(text[-1:], 0)
    return str(int(float(text.rstrip("kmg")) * (1 << unit)))


def mount(kind, source, target, readonly, cwd):
    if kind == "bind":
        source = os.path.normpath(os.path.join(cwd, source))
    return "mount", "%s %s %s%s" % (kind, source, target, " ro" if readonly else "")


def of_mount(value, cwd):
    fields = dict(f.partition("=")[::2] for f in value.split(","))
    target = fields.get("dst") or fields.get("target") or fields.get("destination")
    if fields["type"] == "tmpfs":
        return "tmpfs", "%s size=%s mode=%s exec" % (target, size(fields["tmpfs-size"]), fields["tmpfs-mode"])
    return mount(fields["type"], fields.get("src") or fields.get("source"), target, "readonly" in fields, cwd)


def of_volume(value, cwd):
    source, target, modes = (value.split(":") + [""])[:3]
    kind = "bind" if source[0] in "./" else "volume"
    return mount(kind, source, target, "ro" in modes.split(","), cwd)


def of_tmpfs(value):
    target, _, rest = value.partition(":")
    fields = dict(f.partition("=")[::2] for f in rest.split(",") if f)
    out = target
    if "size" in fields:
        out += " size=" + size(fields["size"])
    return "tmpfs", "%s mode=%s%s" % (out, fields.get("mode", "1777").lstrip("0"), " exec" if "exec" in fields else "")


def of_port(value):
    parts = value.rsplit(":", 2)
    address, host, inside = {1: ["", "0"], 2: [""], 3: []}[len(parts)] + parts
    return "publish", "%s:%s:%s" % (address, host, inside if "/" in inside else inside + "/tcp")


def of_gpus(value):
    value = value.strip('"')
    return "gpus", "count=" + value if value.isdigit() else value.removeprefix("device=")


PLAIN = {"memory": size, "memory-swap": size, "shm-size": size, "cpus": lambda v: "%g" % float(v),
         "cap-add": lambda v: v.removeprefix("CAP_"), "user": lambda v: {"root": "0:0", "0": "0:0"}.get(v, v),
         "ulimit": lambda v: v if ":" in v or "=" not in v else "%s:%s" % (v, v.split("=")[1]),
         "add-host": lambda v: v.replace("=", ":")}


def normal(name, value, cwd):
    if name == "mount":
        return of_mount(value, cwd)
    if name == "volume":
        return of_volume(value, cwd)
    if name == "tmpfs":
        return of_tmpfs(value)
    if name == "publish":
        return of_port(value)
    if name == "gpus":
        return of_gpus(value)
    if name == "device":
        source, target, how = (value.split(":") + ["", ""])[:3]
        return "device", "%s:%s:%s" % (source, target or source, how or "rwm")
    if name == "env-file":
        return name, os.path.normpath(os.path.join(cwd, value))
    if name == "security-opt" and "seccomp=" in value and "unconfined" not in value:
        return name, "seccomp=" + os.path.join(cwd, value.split("=")[1])
    return name, PLAIN.get(name, str)(value)


def known(line, cwd, env):
    """Options in one spelling, sorted, and the rest of the line."""
    options, rest = parsed(words(line, cwd, env))
    return sorted(normal(name, value, cwd) for name, value in options), rest
