# SPDX-License-Identifier: MIT
"""What the benchmarks share: running a client under measure, on pipes or a terminal, and
the three clients that do the same job."""
import collections
import fcntl
import json
import os
import pty
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import termios
import threading

import record

SCRATCH = sys.argv[1]
SOCKET = os.environ["DOCKER_HOST"][len("unix://"):]
PROJECT = os.path.join(SCRATCH, "project")
USER = 1000
CNNRUN = os.path.join(SCRATCH, "cnnrun")
PROFILE = os.path.join(PROJECT, "bench.lua")

Sample = collections.namedtuple("Sample", "wall cpu rss")


def environment():
    home = os.path.join(SCRATCH, "home-%d" % USER)
    if not os.path.isdir(home):
        os.mkdir(home, 0o700)
        os.chown(home, USER, USER)
    return dict(os.environ, HOME=home, XDG_RUNTIME_DIR=home, TERM="xterm")


class Client:
    """A command that runs; .wait() gives its Sample, and everything it printed is read."""

    def __init__(self, command, tty=False, read=True, stdin=subprocess.DEVNULL):
        self.command, self.seen = command, 0
        result, fd = os.pipe()
        words = [os.path.join(SCRATCH, "measure"), str(fd), str(USER)] + command
        if tty:
            self.master, slave = pty.openpty()
            stdin = out = slave
            os.fchown(slave, USER, USER)
        else:
            out = subprocess.PIPE
        self.process = subprocess.Popen(
            words, stdin=stdin, stdout=out, stderr=out if tty else None, pass_fds=[fd], cwd=PROJECT,
            env=environment(), start_new_session=tty,
            preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if tty else None)
        os.close(fd)
        if tty:
            os.close(slave)
        else:
            self.master = self.process.stdout.fileno()
        self.result = open(result)
        self.reader = threading.Thread(target=self.drain, daemon=True)
        if read:
            self.reader.start()

    def drain(self):
        try:
            while data := os.read(self.master, 1 << 16):
                self.seen += len(data)
        except OSError:  # a terminal's end
            pass

    def wait(self):
        if self.reader.ident is None:
            self.reader.start()
        words = self.result.read().split()
        self.process.wait()
        self.reader.join()
        self.result.close()
        if self.process.stdout:
            self.process.stdout.close()
        else:
            os.close(self.master)
        if not words or words[3] != "0":
            raise SystemExit("bench: %s failed: %s" % (" ".join(self.command), words))
        return Sample(*map(float, words[:3]))


def floor(name, options, command, tty=False):
    """The bare calls: the same requests that cnnrun makes for the same plan."""
    create, files = (os.path.join(SCRATCH, "%s.%s" % (name, e)) for e in ("json", "tar"))
    own = os.path.join(SCRATCH, "record.sock")
    kept = os.path.join(SCRATCH, name + ".files")
    os.makedirs(kept, exist_ok=True)

    def keep(data):
        """What is mounted of the launch's own files, which go with it."""
        for source in re.findall(rb'"(/[^":]*\.files/[^":]*)', data):
            if not os.path.isdir(source):  # the gate
                shutil.copy2(source.decode(), kept)

    with record.Recorder(SOCKET, own, keep) as r:
        line = [CNNRUN, PROFILE, "--host", "unix://" + own] + options + ["--"] + command
        Client(line).wait()  # the first has a look at the image as well
        r.sent.clear()
        Client(line).wait()
        text = r.body("POST", "/containers/create").decode()
        body = json.loads(re.sub(r'"/[^":]*\.files/', '"%s/' % kept, text))
        tar = r.body("PUT", "/containers/[0-9a-f]+/archive")
    body["Labels"] = {}  # cnnrun must not take it for its own
    if body.get("Entrypoint", [""])[0].endswith("/hold"):  # without our own first program
        body["Cmd"], body["Entrypoint"] = body["Entrypoint"][1:], None
        host = body["HostConfig"]
        host["Init"], host["Mounts"] = True, [m for m in host["Mounts"] if ".files/gate" not in m["Source"]
                                              and not m["Source"].endswith("/gate")]
    body["Tty"] = tty
    with open(create, "w") as f:
        json.dump(body, f)
    with open(files, "wb") as f:
        f.write(tar)
    return [os.path.join(SCRATCH, "floor"), SOCKET, create, files] + ["tty"] * tty


def docker(options, command, tty=False, log=None):
    """The docker run line of the same plan, with the engine's own log unless log is named."""
    text = subprocess.run([CNNRUN, "plan", PROFILE, "--docker"] + options + ["--"] + command, check=True,
                          stdout=subprocess.PIPE, text=True, cwd=PROJECT, env=environment(),
                          user=USER, group=USER, extra_groups=[]).stdout
    words = shlex.split(text.replace("\\\n", ""), comments=True)
    for option in "--name", "--hostname", "--log-driver":
        if option in words:
            at = words.index(option)
            del words[at:at + 2]
    return words[:2] + ["--tty"] * tty + (["--log-driver", log] if log else []) + words[2:]


def allow(options):
    """The user of the benchmarks grants what the profile asks for with these options."""
    subprocess.run([CNNRUN, "allow", "-q", PROFILE] + options, check=True, stdout=subprocess.DEVNULL,
                   cwd=PROJECT, env=environment(), user=USER, group=USER, extra_groups=[])


def clients(name, options, command, tty=False, log=None):
    allow(options)
    return {"bare calls": floor(name, options, command, tty),
            "cnnrun": [CNNRUN, PROFILE] + options + ["--"] + command,
            "docker": docker(options, command, tty, log)}


def rounds(n, jobs, tty=False):
    """Runs the jobs in turn, n times, every second time backwards: {name: [Sample]}."""
    found = {name: [] for name in jobs}
    for i in range(n):
        for name in list(jobs)[::-1 if i % 2 else 1]:
            found[name].append(Client(jobs[name], tty).wait())
    return found


def median(samples, field):
    return statistics.median(getattr(s, field) for s in samples)


def ratio(samples, base, field="wall"):
    """Of what was run in the same round, so that a busy machine is the same to both."""
    return statistics.median(getattr(a, field) / getattr(b, field) for a, b in zip(samples, base))


def table(title, found, base):
    print("\n%-34s %9s %8s %8s %8s" % (title, "wall ms", "x " + base.split()[0], "CPU ms", "RSS MB"))
    for name, samples in found.items():
        print("  %-32s %9.1f %8.2f %8.1f %8.1f" % (
            name, median(samples, "wall"), ratio(samples, found[base]), median(samples, "cpu"),
            max(s.rss for s in samples)), flush=True)
