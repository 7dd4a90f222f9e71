# SPDX-License-Identifier: MIT
"""Images that are not here, and cannot be had: why, and what to do, in one line."""
import socket
import subprocess
import tempfile

import kit
import podman
from shaky_registry import LATER, Shaky

CONFIG = """version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: %(dir)s/data}}
http: {addr: '127.0.0.1:%(port)d'}
"""
AUTH = "auth: {htpasswd: {realm: r, path: %(dir)s/htpasswd}}\n"


def registry(case, more=""):
    """A real one; its name."""
    d = tempfile.mkdtemp(prefix="registry.", dir=kit.SCRATCH)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with open(d + "/config.yml", "w") as f:
        f.write((CONFIG + more) % {"dir": d, "port": port})
    with open(d + "/htpasswd", "w") as f:
        f.write(kit.tool("htpasswd", "-nbB", "me", "pw", stderr=subprocess.DEVNULL))
    p = subprocess.Popen(["docker-registry", "serve", d + "/config.yml"], stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
    case.addCleanup(p.wait)
    case.addCleanup(p.kill)
    kit.wait_for(lambda: subprocess.run(["curl", "-s", "127.0.0.1:%d/v2/" % port], check=False,
                                        stdout=subprocess.DEVNULL).returncode == 0, 20, "the registry")
    return "127.0.0.1:%d" % port


class Pull(kit.Case):
    uid = kit.USER
    env = {}

    def fails(self, image, *said, never=("cnnrun.lua",)):
        self.profile(image=image)
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=self.env)
        self.assertEqual((r.code, r.out), (125, ""))
        self.assertEqual(len(r.err.splitlines()), 1, r.err)
        self.assertEqual(r.err.count("pull "), 1, r.err)
        for words in said:
            self.assertIn(words, r.err)
        for words in never:
            self.assertNotIn(words, r.err)

    def test_nobody(self):
        """a registry that is not there"""
        self.fails("127.0.0.1:1/nosuch:1", "pull 127.0.0.1:1/nosuch:1: 127.0.0.1:1 does not answer",
                   "connection refused", "is it up")

    def test_no_name(self):
        """a registry whose name nobody knows"""
        self.fails("registry.invalid/a:1", "cannot find the name of registry.invalid", "is there a network")

    def test_no_image(self):
        """no such image: then the line of the profile is worth a look"""
        where = registry(self)
        self.fails(where + "/nosuch:1", where + " has no such image or no such tag", "is it spelt right?",
                   "cnnrun.lua:", never=())

    def test_login(self):
        """one that wants to know who asks"""
        where = registry(self, AUTH)
        self.fails(where + "/a:1", where + " wants a login", "docker login " + where)

    def test_limit(self):
        """one that has had enough"""
        shaky = Shaky(self)
        shaky.ill(LATER, 99)
        self.fails(shaky.host + "/a:1", "has had too many pulls", "wait 2 hours", "docker login " + shaky.host)

    def test_shipped(self):
        """a profile that came with cnnrun is not to blame, whatever is missing"""
        self.write("docker/Dockerfile", "FROM 127.0.0.1:1/nosuch:1\n")
        words = "shell",
        self.run_cnnrun("allow", *words, env=self.env)
        r = self.run_cnnrun(*words, "--", "true", env=self.env)
        self.assertEqual(r.code, 125, r.err)
        self.assertNotIn("shell.lua", r.err)
        self.assertIn("pull 127.0.0.1:1/nosuch:1: 127.0.0.1:1 does not answer", r.err)


class OnPodman(podman.Service, Pull):
    test_shipped = test_login = test_limit = None

    def test_no_image(self):
        """one that it would have to be told to trust"""
        where = registry(self)
        self.fails(where + "/nosuch:1", where + " speaks no TLS that the engine trusts", "insecure registries")


class Taken(kit.Case):
    uid = kit.USER

    def taken(self, *words):
        r = self.run_cnnrun("./cnnrun.lua", "--name", "kit-taken", "--", "true")
        self.assertEqual((r.code, len(r.err.splitlines())), (125, 1), r.err)
        for w in words:
            self.assertIn(w, r.err)

    def test_name(self):
        """a name that is taken: by whom, and the commands that enter, end and remove it"""
        self.profile(name="other.lua")
        self.profile()
        kit.engine.call("POST", "/containers/create?name=kit-taken", {"Image": "busybox"})
        self.taken("the name kit-taken is taken, by a container that cnnrun did not make",
                   "docker rm kit-taken", "--name")
        kit.tool("docker", "rm", "kit-taken")
        self.run_cnnrun("./other.lua", "--name", "kit-taken", "--detach", "--", "sleep", "1000")
        self.taken("taken, by a container of ", "/other.lua;", "cnnrun exec kit-taken", "cnnrun stop kit-taken")
        self.assertEqual(self.run_cnnrun("exec", "kit-taken", "true").code, 0)
        self.assertEqual(self.run_cnnrun("stop", "-t", "0", "kit-taken").code, 0)
        self.assertNothingLeft()
        self.run_cnnrun("./other.lua", "--name", "kit-taken", "--keep", "--", "true")
        self.taken("docker rm kit-taken")
        kit.tool("docker", "rm", "kit-taken")


if __name__ == "__main__":
    import unittest
    unittest.main()
