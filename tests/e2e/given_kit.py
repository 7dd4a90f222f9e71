# SPDX-License-Identifier: MIT
"""A build that is given what it may ask for while it runs, and a search for what stayed of it."""
import gzip
import io
import json
import os
import re
import signal
import subprocess
import tarfile

import kit
from build_kit import Building
from engine_api import UnixConnection

VALUE = "hunter2-of-this-test"


def everywhere(value):
    """All that the engine keeps or wrote: its data and log. The tests' files lie beside those."""
    there = [os.path.join(kit.SCRATCH, name) for name in ("engine", "data", "log")]
    found = subprocess.run(["grep", "-rlaF", value, "--exclude-dir=proc"] + [p for p in there if os.path.exists(p)],
                           check=False, stdout=subprocess.PIPE, text=True).stdout
    return found.split()


def saved(image):
    """The image as `docker save` writes it."""
    c = UnixConnection(kit.SOCKET)
    c.request("GET", "/images/%s/get" % image)
    reply = c.getresponse()
    assert reply.status == 200, reply.status
    data = reply.read()
    c.close()
    return data


def holds(data, value):
    """Is the value in there, in what is packed in it as well?"""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if value.encode() in data:
        return True
    if data[257:262] != b"ustar":
        return False
    with tarfile.open(fileobj=io.BytesIO(data)) as t:
        return any(holds(t.extractfile(m).read(), value) for m in t if m.isfile())


class Given(Building):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.said = ""

    def project_of(self, dockerfile, *words):
        """A context without the secrets in it."""
        self.write("ctx/Dockerfile", dockerfile)
        self.profile('c:build { tag = "kit-ours", context = "ctx", %s }' % ", ".join(words), image=None)

    def build(self, *words, code=0, env=None):
        """Once what it asks for is allowed."""
        env = dict({"DOCKER_BUILDKIT": None}, **(env or {}))
        self.assertEqual(self.run_cnnrun("allow", "./cnnrun.lua", granted=False, env=env).code, 0)
        r = self.run_cnnrun("-v", "build", "./cnnrun.lua", *words, granted=False, env=env)
        self.assertEqual(r.code, code, r.err)
        self.said += r.out + r.err
        return r

    def found(self, value=VALUE):
        """Where the value of the secret is."""
        history = json.dumps(kit.engine.get("/images/kit-ours/history"))
        image = json.dumps(kit.engine.get("/images/kit-ours/json"))
        places = [name for name, text in (("words", self.said), ("history", history), ("image", image)) if value in text]
        if holds(saved("kit-ours"), value):
            places.append("a layer")
        home = kit.environment(self.uid)["HOME"]
        mine = subprocess.run(["grep", "-rlF", value, home], check=False, stdout=subprocess.PIPE, text=True).stdout
        return places + everywhere(value) + mine.split()

    def assertNowhere(self):
        self.assertEqual(self.found(), [])

    def agent(self):
        """A real one with a key in it, the user's; its socket."""
        def run(*words, **env):
            return kit.tool("setpriv", "--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups", *words,
                            env=kit.environment(self.uid, **env))
        said = run("ssh-agent")
        path, pid = re.search(r"SSH_AUTH_SOCK=([^;]+)", said)[1], re.search(r"SSH_AGENT_PID=(\d+)", said)[1]
        self.addCleanup(os.kill, int(pid), signal.SIGTERM)
        key = os.path.join(self.project, "key")
        kit.tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "key-of-the-test", "-f", key)
        os.chown(key, self.uid, self.uid)
        run("ssh-add", "-q", key, SSH_AUTH_SOCK=path)
        return path
