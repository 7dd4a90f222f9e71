# SPDX-License-Identifier: MIT
"""Attempts to read the user's files, and to learn of them, by cnn.project and require."""
import os
import shutil
import socket
import tempfile

import attack
import kit
import races_project

LOOK = """local door = require "cnnrun.door"
print(tostring(cnn.project.read(%(path)s)), tostring(cnn.project.exists(%(path)s)))
print(tostring((door.call("project.read", { path = %(path)s }))))
"""


class Reading(attack.Attack):
    """What stands still and leads out was held before; the home, races and profiles as modules
    were not."""

    def look(self, path, where=None, **more):
        """What a profile that asks for this path learns of it, as it is printed."""
        calls = LOOK % {"path": "[[%s]]" % path}
        self.profile(calls, name=where or "cnnrun.lua")
        r = self.attempt("plan", more.pop("name", "./cnnrun.lua"), timeout=20, **more)
        self.assertEqual(r.code, 0, r.err)
        self.assertNoSecret(r.out, r.err)
        return r.err

    def link(self, target, name="link"):
        path = os.path.join(self.project, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(target, path)
        return name

    def require(self, name):
        """The text of a module, which a profile may ask for without evaluating it."""
        self.profile('local door = require "cnnrun.door"',
                     'local m, why = door.call("require", { name = "%s" })' % name,
                     'print(m and m.text or why)')
        r = self.attempt("plan", "./cnnrun.lua", timeout=20)
        self.assertEqual(r.code, 0, r.err)
        self.assertNoSecret(r.out, r.err)
        return r.err

    def test_in_the_home(self):
        """a profile that was saved to the home reads nothing there, and learns of no name"""
        home = os.path.dirname(self.secret)
        path = os.path.join(home, "x.lua")
        shutil.copy(self.profile(LOOK % {"path": '"secret"'}), path)
        os.chown(path, self.uid, self.uid)
        self.addCleanup(os.unlink, path)
        for cwd in home, self.project:
            r = self.attempt("plan", path, cwd=cwd)
            self.assertEqual((r.code, r.err), (0, "nil\tnil\nnil\n"))

    def test_in_a_plain_directory(self):
        """nor does one in a directory that is no project"""
        plain = tempfile.mkdtemp(dir=kit.SCRATCH)
        self.addCleanup(shutil.rmtree, plain, True)
        shutil.copy(self.secret, plain)
        shutil.copy(self.profile(LOOK % {"path": '"secret"'}), os.path.join(plain, "x.lua"))
        kit.tool("chown", "-R", "1000:1000", plain)
        self.assertEqual(self.attempt("plan", "./x.lua", cwd=plain).err, "nil\tnil\nnil\n")

    def test_marked_home(self):
        """nor where a mark was laid into the home"""
        home = os.path.dirname(self.secret)
        os.makedirs(home + "/.git")
        self.addCleanup(os.rmdir, home + "/.git")
        path = self.profile(LOOK % {"path": '"secret"'}, name="deep/x.lua")
        shutil.copy(path, home)
        self.addCleanup(os.unlink, home + "/x.lua")
        os.chown(home + "/x.lua", self.uid, self.uid)
        self.assertEqual(self.attempt("plan", "./x.lua", cwd=home).err, "nil\tnil\nnil\n")

    def test_elsewhere(self):
        """a path out of the project: full, by dots, by dots behind a link"""
        self.link(os.path.dirname(self.secret), "away")
        back = os.path.relpath(self.secret, self.project)
        for path in self.secret, back, "deep/../" + back, "away/../" + back, "/proc/self/environ":
            self.assertEqual(self.look(path), "nil\tnil\nnil\n")

    def test_links(self):
        """a link to it, a chain, by a directory, full and relative"""
        self.link(self.secret, "one")
        self.link(os.path.relpath(self.secret, self.project), "two")
        self.link("one", "three")
        self.link(os.path.dirname(self.secret), "dir")
        self.link("/nowhere", "none")
        self.link("four", "four")
        for path in "one", "two", "three", "dir/secret", "none", "four":
            self.assertEqual(self.look(path), "nil\tfalse\nnil\n")

    def test_links_within(self):
        """what stays within the project is free, by whatever links"""
        self.write("sub/file", "free")
        self.link("sub/file", "one")
        self.link(os.path.join(self.project, "one"), "two")
        self.link("/proc/self/cwd/sub", "dir")
        for path in "one", "two", "dir/file", os.path.join(self.project, "two"):
            self.assertEqual(self.look(path), "free\ttrue\nfree\n")

    def test_processes(self):
        """links by way of /proc: the environment, descriptors, root"""
        for i, target in enumerate(("/proc/self/environ", "/proc/self/fd/0", "/proc/self/root" + self.secret,
                                    "/proc/self/cwd/../" + os.path.basename(self.project) + "/one",
                                    "/proc/thread-self/environ", "/dev/stdin", "/dev/fd/3")):
            self.link(target, "proc%d" % i)
            self.assertTrue(self.look("proc%d" % i, env={"TOKEN": attack.SECRET}).startswith("nil\t"))

    def test_what_never_ends(self):
        """pipes, sockets, devices and directories in place of a file: nothing waits"""
        os.mkfifo(os.path.join(self.project, "pipe"), 0o666)
        s = socket.socket(socket.AF_UNIX)
        self.addCleanup(s.close)
        s.bind(os.path.join(self.project, "socket"))
        self.link("/dev/zero", "zero")
        self.link("/dev/tty", "tty")
        for path in "pipe", "socket", ".":
            self.assertEqual(self.look(path), "nil\ttrue\nnil\n")
        for path in "zero", "tty":
            self.assertEqual(self.look(path), "nil\tfalse\nnil\n")

    def test_much(self):
        """a thousand reads, and a file that is too large"""
        self.write("mega", "x" * (1 << 20))
        self.write("more", "x" * ((1 << 20) + 1))
        self.profile('local n = 0 for i = 1, 1000 do',
                     'if cnn.project.read("mega") then n = n + 1 end end',
                     'print(n, cnn.project.read("more"))')
        r = self.attempt("plan", "./cnnrun.lua", timeout=60)
        self.assertRegex(r.err, r"\A(3[0-2])\tnil\t")

    def test_race(self):
        """a file, or its directory, that is exchanged with a link while it is read"""
        for seed in range(6):
            self.assertTrue(races_project.race(seed))

    def test_module(self):
        """require of a module that is a link to it"""
        self.link(self.secret, "lib.lua")
        self.assertIn("outside the project", self.require("lib"))

    def test_profile_as_module(self):
        """require of another profile that is a link to it, or lies behind one"""
        self.link(self.secret, "profiles/x.lua")
        self.assertRegex(self.require("profiles.x"), "which is no Lua file")
        shutil.rmtree(os.path.join(self.project, "profiles"))
        away = tempfile.mkdtemp(dir=kit.SCRATCH)
        self.addCleanup(shutil.rmtree, away, True)
        shutil.copy(self.secret, away + "/x.lua")
        kit.tool("chown", "-R", "1000:1000", away)
        self.link(away, "profiles")
        self.assertIn("outside the project", self.require("profiles.x"))
        os.unlink(os.path.join(self.project, "profiles"))
        self.link(away + "/x.lua", "profiles/x.lua")
        self.assertIn("outside the project", self.require("profiles.x"))

    def test_module_of_cnnrun(self):
        """a project that brings modules named as cnnrun's own"""
        for name in "cnnrun.lua", "cnnrun/init.lua", "cnnrun/door.lua", "cnnrun/check.lua":
            self.write(name, "print 'taken'")
        self.write("x.lua", 'require "cnnrun.door" require "cnnrun.check"\n'
                   'return require("cnnrun").profile { setup = function(c) c:image "busybox" end }')
        r = self.attempt("plan", "./x.lua")
        self.assertEqual((r.code, r.err), (0, ""))
        self.assertEqual(self.attempt("plan", *"shell --image busybox".split()).err, "")

    def test_facts(self):
        """the environment is not the profile's to know, but for terminal and language"""
        names = "PATH", "HOME", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR", "TOKEN", "USER ", "LC", "DISPLAY="
        self.profile("for _, n in ipairs { %s } do print(n, (cnn.host.env(n))) end"
                     % ", ".join('"%s"' % n for n in names))
        r = self.attempt("plan", "./cnnrun.lua", env={n: attack.SECRET for n in ("TOKEN", "SSH_AUTH_SOCK")})
        self.assertEqual(r.err, "".join("%s\tnil\n" % n for n in names))
