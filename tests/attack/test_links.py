# SPDX-License-Identifier: MIT
"""Attempts to leave the project by its links, with a profile that came with cnnrun and with
the stranger's own."""
import json
import os
import shutil
import tempfile

import attack
import kit
from pty_session import Session

SHELL = "shell", "--image", "busybox"
BUILD = 'c:build { tag = "links:1", context = "%s", dockerfile = "%s" }'


class Links(attack.Attack):
    """Most were held before, since rights know what a link of the project led to; not those of
    a profile that is a link itself."""

    def setUp(self):
        super().setUp()
        self.away = tempfile.mkdtemp(dir=kit.SCRATCH)
        self.addCleanup(shutil.rmtree, self.away, True)
        shutil.copy(self.secret, self.away)
        kit.tool("chown", "-R", "1000:1000", self.away)

    def link(self, target, name):
        path = os.path.join(self.project, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(target, path)

    def unlink(self, *names):
        for name in names:
            os.unlink(os.path.join(self.project, name))

    def assertAsked(self, right, *words, code=0):
        """It is listed as the repository's wish, and not granted."""
        r = self.attempt("plan", "--json", *words, timeout=20)
        self.assertEqual(r.code, code, r.err)
        self.assertIn(dict(right, by_link=True), json.loads(r.out)["not_granted"])
        self.assertNoSecret(r.out, r.err)

    def assertFree(self, *words):
        r = self.attempt("plan", "--json", *words, timeout=20)
        self.assertEqual((r.code, json.loads(r.out)["not_granted"]), (0, []), r.err)

    def test_home(self):
        """docker/home that leads to the home: a link, a chain, a link on the way, one to be made"""
        home = os.path.dirname(self.secret)
        for where in home, self.away:
            self.link(where, "docker/home")
            self.assertAsked({"write": where}, *SHELL)
            self.unlink("docker/home")
        self.link(home, "two")
        self.link("../two", "docker/home")
        self.assertAsked({"write": home}, *SHELL)
        self.unlink("docker/home")
        self.link("../../" + os.path.basename(home) + "/new", "docker/home")
        self.assertEqual(self.attempt(*SHELL, "--", "true").code, 125)
        self.assertFalse(os.path.exists(home + "/new"))
        shutil.rmtree(os.path.join(self.project, "docker"))
        self.link(home, "docker")
        self.assertAsked({"write": home + "/home"}, *SHELL)
        self.assertHeld(self.attempt(*SHELL, "--", "cat", "/my_workspace/docker/secret"),
                        "follow a link of the project and write outside the project: ")
        self.assertFalse(os.path.exists(home + "/home"))

    def test_home_in_proc(self):
        """docker/home that leads there by way of /proc"""
        for target, there in ("/proc/self/root", "/"), ("/proc/1/root", "/"), \
                ("/proc/self/root" + self.away, self.away):
            self.link(target, "docker/home")
            r = self.attempt("plan", "--json", *SHELL)
            if r.code == 0 or not target.startswith("/proc/1/"):  # another user's process is closed
                self.assertAsked({"write": there}, *SHELL)
            self.unlink("docker/home")
        for target in "/proc/self/fd/3", "/proc/self/fd/4", "/proc/self/environ", "/dev/stdin":
            self.link(target, "docker/home")
            r = self.attempt(*SHELL, "--", "cat", "/my_workspace/docker/home", env={"TOKEN": attack.SECRET})
            self.assertHeld(r)
            self.unlink("docker/home")

    def test_home_at_the_engine(self):
        """docker/home that leads to the engine's socket, or above it"""
        for where in kit.SOCKET, os.path.dirname(kit.SOCKET):
            self.link(where, "docker/home")
            self.assertAsked({"engine": where}, *SHELL)
            self.unlink("docker/home")

    def test_env_file(self):
        """an env file that is a link, or lies behind one"""
        self.link(self.secret, "vars")
        self.link(self.away, "dir")
        self.write("cnnrun.lua", "")
        for name, there in ("vars", self.secret), ("dir/vars", self.away + "/vars"):
            with open(there, "w") as f:
                f.write("NAME=value\n")
            self.profile('c:env_file "%s"' % name)
            self.assertAsked({"read": there}, "./cnnrun.lua")
            self.assertHeld(self.attempt("./cnnrun.lua", "--", "true"), "read outside the project: " + there)

    def test_dockerfile(self):
        """a Dockerfile that is a link, or lies behind one: no line of it is told"""
        self.link(self.secret, "Dockerfile")
        self.link(self.away, "docker")
        for name, there in ("Dockerfile", self.secret), ("docker/secret", self.away + "/secret"):
            self.profile(BUILD % (".", name), image=None)
            self.assertAsked({"build_read": there}, "./cnnrun.lua")
            self.assertHeld(self.attempt("build", "./cnnrun.lua"), "read outside the project: " + there)
        os.rename(os.path.join(self.project, "cnnrun.lua"), os.path.join(self.project, "x.lua"))
        self.assertHeld(self.attempt("shell"), "has neither docker/Dockerfile nor Dockerfile")

    def test_dockerignore(self):
        """what is ignored by a link: beside the Dockerfile, and the context's own"""
        self.write("Dockerfile", "FROM busybox\n")
        self.profile(BUILD % (".", "Dockerfile"), image=None)
        for name in ".dockerignore", "Dockerfile.dockerignore":
            self.link(self.secret, name)
            self.assertAsked({"build_read": self.secret}, "./cnnrun.lua")
            self.assertHeld(self.attempt("build", "./cnnrun.lua"), "read outside the project")
            self.unlink(name)

    def test_context(self):
        """a context that is a link, and one behind a link"""
        self.write("Dockerfile", "FROM busybox\n")
        self.link(self.away, "ctx")
        self.link(os.path.dirname(self.away), "up")
        for name in "ctx", "up/" + os.path.basename(self.away):
            self.profile(BUILD % (name, "Dockerfile"), image=None)
            self.assertAsked({"build_read": self.away}, "./cnnrun.lua")
            self.assertHeld(self.attempt("build", "./cnnrun.lua"), "read outside the project: " + self.away)

    def test_links_in_a_context(self):
        """links in a context go as links: what they lead to is not sent"""
        self.write("Dockerfile", "FROM busybox\nCOPY . /ctx\nRUN ls -R /ctx; cat /ctx/one /ctx/dir/secret || true\n")
        self.link(self.secret, "one")
        self.link(self.away, "dir")
        self.profile(BUILD % (".", "Dockerfile"), image=None)
        r = self.attempt("build", "./cnnrun.lua", "-v")
        self.assertEqual(r.code, 0, r.err)
        self.assertNoSecret(r.out, r.err)
        r = self.attempt("./cnnrun.lua", "--", "cat", "/ctx/one", "/ctx/dir/secret")
        self.assertNoSecret(r.out, r.err)
        self.addCleanup(kit.engine.call, "DELETE", "/images/links:1?force=1")

    def test_mounts(self):
        """mounts of the stranger's profile: file, directory, chain, what is to be made"""
        self.link(self.secret, "one")
        self.link(self.away, "dir")
        self.link("dir", "two")
        for name, there in ("one", self.secret), ("dir", self.away), ("two/secret", self.away + "/secret"), \
                ("two/new", self.away + "/new"):
            self.profile('c:mount("%s", "/m", { create = true })' % name)
            self.assertAsked({"write": there}, "./cnnrun.lua")
            self.assertHeld(self.attempt("./cnnrun.lua", "--", "cat", "/m"),
                            "follow a link of the project and write outside the project: " + there)
        self.assertFalse(os.path.exists(self.away + "/new"))

    def test_within(self):
        """links that stay within the project are free, full and relative, by whatever way"""
        self.write("Dockerfile", "FROM busybox\n")
        self.write("sub/vars", "A=1\n")
        self.link("sub", "one")
        self.link(os.path.join(self.project, "one"), "two")
        self.link("/proc/self/cwd/sub", "three")
        for name in "one", "two", "three":
            self.profile('c:mount("%s", "/m")' % name, 'c:home "%s/home"' % name,
                         'c:env_file "%s/vars"' % name)
            self.assertFree("./cnnrun.lua")
        self.link("sub", "docker")
        self.link("../Dockerfile", "sub/Dockerfile")
        self.profile(BUILD % ("two", "docker/Dockerfile"), image=None)
        self.assertFree("./cnnrun.lua")

    def test_profile(self):
        """a profile that is a link to the secret: no word of it is told, by run, plan, list"""
        self.write("Dockerfile", "FROM busybox\n")
        self.link(self.secret, "cnnrun.lua")
        self.link(self.secret, "profiles/x.lua")
        self.link("/proc/self/environ", "profiles/y.lua")
        with open(self.secret, "w") as f:
            f.write("Zm9v bar")
        for words in (), ("plan",), ("x",), ("plan", "x"), ("plan", "y"), ("profiles/x.lua",), ("allow", "x"):
            r = self.attempt(*words, env={"TOKEN": "Zm9v"})
            self.assertHeld(r, "which is no Lua file")
            self.assertNotIn("Zm9v", r.out + r.err)
        r = self.attempt("list")
        self.assertNotIn("Zm9v", r.out + r.err)

    def test_question(self):
        """a profile that is a link to one of the user's own does not ask in that one's name"""
        own = self.away + "/own.lua"
        shutil.copy(self.profile('c:network "host"'), own)
        os.chown(own, self.uid, self.uid)
        self.unlink("cnnrun.lua")
        self.link(own, "cnnrun.lua")
        s = Session("./cnnrun.lua", "--", "true", uid=self.uid, cwd=self.project, granted=False, cols=200)
        self.addCleanup(s.close)
        s.expect("%s asks for 1 right, a grave one." % own)
        s.expect(self.project + " is the project: a link of it led there.")
        s.expect("Allow this?")
        s.send("n\n")
        self.assertEqual(s.wait(), 125)

    def test_what_never_ends(self):
        """pipes and devices in the place of what is read: nothing waits"""
        for name in "cnnrun.lua", "vars", "Dockerfile", ".dockerignore", "profiles/x.lua":
            os.makedirs(os.path.join(self.project, "profiles"), exist_ok=True)
            os.mkfifo(os.path.join(self.project, name), 0o666)
        for words in (), ("x",), ("list",), ("shell",), ("build",):
            self.assertNoSecret(self.attempt(*words, timeout=20).err)
        for i, target in enumerate(("/dev/zero", "/dev/tty", "vars")):
            self.link(target, "link%d" % i)
            self.profile('c:env_file "link%d"' % i, name="x.lua")
            self.assertHeld(self.attempt("./x.lua", "--", "true", timeout=20))
        self.unlink("Dockerfile")
        for name in "link0", "link1", "link2":
            self.profile(BUILD % (".", name), image=None, name="x.lua")
            self.assertHeld(self.attempt("build", "./x.lua", timeout=20))

    def test_devices(self):
        """a mount that is a link to a device or a socket is asked for by what it is"""
        for target in "/dev/null", "/dev/shm":
            self.link(target, "dev")
            self.profile('c:mount("dev", "/m")')
            self.assertAsked({"write": os.path.realpath(target)}, "./cnnrun.lua")
            self.unlink("dev")

    def test_dangling(self):
        """a home whose link leads nowhere: nothing is made there"""
        self.link(self.away + "/new/home", "docker/home")
        self.assertHeld(self.attempt(*SHELL, "--", "true"))
        self.assertFalse(os.path.exists(self.away + "/new"))
