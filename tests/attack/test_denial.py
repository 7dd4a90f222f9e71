# SPDX-License-Identifier: MIT
"""Attempts to make cnnrun hang, or take all memory, by files that a stranger wrote, and by what
another user laid in the way."""
import os
import time

import attack
import kit

SECONDS = 3  # what `cnnrun list` may take; a test allows a busy machine some more
SLACK = 4
MEMORY = 320 << 20  # bytes of address space beyond which the program would fail
ENDLESS = 'require "cnnrun" while true do end'
FORMS = [ENDLESS, 'return require "cnnrun".profile { about = ("x"):rep(1 << 22) }', "while true do end",
         'local t = {} while true do t[#t + 1] = ("x"):rep(9999) end', "x = ((((", "return 1",
         'print(("x"):rep(1 << 20)) while true do print "x" end', 'for i = 1, 1e9 do require "cnnrun.near" end',
         'local function f() return f() + 1 end f()', 'string.rep("x", 1 << 40)', '("x"):rep(30):find(("x*"):rep(30) .. "y")']


class Denial(attack.Attack):
    def quick(self, *args, seconds=SECONDS, **more):
        """Ends within the time, and in little memory."""
        began = time.monotonic()
        r = self.attempt(*args, timeout=60, before=["prlimit", "--as=%d" % MEMORY], **more)
        took = time.monotonic() - began
        self.assertLess(took, seconds + SLACK, " ".join(args))
        self.assertNotIn("out of memory", r.err)
        return r

    def lua(self, name, text):
        return self.write(name, text)

    def test_list(self):
        """a hundred endless, greedy and broken profiles: list ends in time and shows the user's own"""
        for i in range(100):
            self.lua("profiles/p%02d.lua" % i, FORMS[i % len(FORMS)])
        self.lua("profiles/good.lua", 'return require "cnnrun".profile { about = "a good one", setup = function() end }')
        out = self.quick("list").out
        self.assertIn("A shell in the project's image", out)
        self.assertEqual(len([line for line in out.splitlines() if " project " in line]), 101)

    def test_list_files(self):
        """ten thousand profiles, links in circles, pipes, devices and a file of a gigabyte"""
        self.lua("profiles/a.lua", ENDLESS)
        top = os.path.join(self.project, "profiles")
        for i in range(10000):
            os.link(os.path.join(top, "a.lua"), os.path.join(top, "f%d.lua" % i))
        os.symlink("loop.lua", os.path.join(top, "loop.lua"))
        os.symlink("/dev/zero", os.path.join(top, "zero.lua"))
        os.mkfifo(os.path.join(top, "pipe.lua"))
        with open(os.path.join(top, "big.lua"), "w") as f:
            f.truncate(1 << 30)
        out = self.quick("list").out
        self.assertIn("A shell in the project's image", out)
        self.assertLess(len(out.splitlines()), 5000)
        for words in ("list", "--names"), ("plan", "nosuch"), ("completion", "--profile-options", "a"):
            self.quick(*words)

    def test_completion(self):
        """TAB behind a profile that computes without end, or has a million options"""
        self.lua("profiles/endless.lua", ENDLESS)
        self.lua("profiles/many.lua", 'local o = {} for i = 1, 1e5 do o["o" .. i] = { about = "x" } end '
                 'return require "cnnrun".profile { options = o, setup = function() end }')
        for name in "endless", "many":
            self.assertNotEqual(self.quick("completion", "--profile-options", name).code, 0)

    def test_texts(self):
        """descriptions of megabytes are refused and not shown"""
        for part in 'about = ("x"):rep(1 << 20)', 'options = { o = { about = ("x"):rep(1 << 20) } }', \
                    'options = { o = { default = ("x"):rep(1 << 20) } }', \
                    'options = { o = { default = "x", choices = { "x", ("y"):rep(1 << 20) } } }':
            self.lua("cnnrun.lua", 'return require "cnnrun".profile { %s, setup = function() end }' % part)
            for words in ("./cnnrun.lua", "--help"), ("plan", "./cnnrun.lua"):
                r = self.quick(*words)
                self.assertHeld(r)
                self.assertLess(len(r.err), 2500)

    def test_plans(self):
        """plans of a million entries, of megabytes, and nested deeply"""
        for call in 'local t = {} for i = 1, 1e6 do t[i] = "x" end c:command(t)', \
                    'for i = 1, 1e6 do c:env("V" .. i, "x") end', 'for i = 1, 1e5 do c:mount(".", "/m" .. i) end', \
                    'c:env("A", ("x"):rep(1 << 24))', 'for i = 1, 4000 do c:label("l" .. i, ("x"):rep(10000)) end', \
                    'local t = {} for i = 1, 1e5 do t = { t } end require("cnnrun.door").call("plan", { plan = t })', \
                    'for i = 1, 1e6 do c:port(i % 65535 + 1) end':
            self.profile(call)
            self.assertHeld(self.quick("plan", "./cnnrun.lua"))

    def test_messages(self):
        """messages that no library wrote: deep, long, without end"""
        calls = ('local t = {} for i = 1, 1e5 do t = { t } end door.call("print", t)',
                 'while true do door.call("print", { text = "x" }) end', 'while true do door.call("nosuch") end',
                 'while true do door.call("host.user") end', 'door.call("print", { text = ("x"):rep(1 << 26) })',
                 'while true do door.call("project.exists", { path = ("a/"):rep(1 << 20) }) end',
                 'while true do pcall(door.call, "require", { name = "cnnrun.verbs" }) end')
        for call in calls:
            self.profile('local door = require "cnnrun.door"', call)
            self.assertNotEqual(self.quick("plan", "./cnnrun.lua").code, 0, call)

    def test_reads(self):
        """thousands of reads of a large file of the project"""
        self.write("large", "x" * ((1 << 20) - 1))
        self.profile('for i = 1, 5000 do assert(require("cnnrun").project.read("large")) end')
        self.assertHeld(self.quick("plan", "./cnnrun.lua"))

    def test_env_files(self):
        """a pipe, a device and a terabyte as a file of variables"""
        os.mkfifo(os.path.join(self.project, "pipe"))
        os.symlink("/dev/zero", os.path.join(self.project, "zero"))
        with open(os.path.join(self.project, "big"), "w") as f:
            f.truncate(1 << 40)
        for name in "pipe", "zero", "big":
            self.profile('c:env_file "%s"' % name)
            self.assertHeld(self.quick("plan", "./cnnrun.lua"))

    def build(self):
        self.profile('c:build { tag = "denial:1", context = "." }', image=None)

    def test_dockerfile(self):
        """a Dockerfile of a gigabyte, of a million lines, of variables that grow without end"""
        path = self.write("Dockerfile", "FROM busybox\n")
        self.build()
        nested = "".join("ARG A%d=${A%d}${A%d}\n" % (i, i - 1, i - 1) for i in range(1, 64))
        for text in "ARG A0=x\n" + nested + "FROM $A63\n", "FROM a$b\n" * 1000000, "ARG A=" + "${A:-" * 100000 + "\nFROM $A\n":
            self.write("Dockerfile", text)
            self.quick("plan", "./cnnrun.lua") # no build: the engine would be busy with it
        os.truncate(path, 1 << 30)
        self.assertHeld(self.quick("build", "./cnnrun.lua"), "larger than")

    def test_ignore(self):
        """.dockerignore: stars upon stars, a hundred thousand patterns, a gigabyte"""
        self.write("Dockerfile", "FROM busybox\n")
        self.build()
        for i in range(2000):
            self.write("d/file-of-a-long-name-%d-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" % i, "")
        for text in "**/" * 300 + "b\n", "*a" * 500 + "b\n", "[a-z]*" * 170 + "0\n":
            path = self.write(".dockerignore", text)
            self.assertEqual(self.quick("build", "./cnnrun.lua", seconds=20).code, 0)
        for text in "".join("**/x%d/**/*y%d\n" % (i, i) for i in range(100000)), "*a" * 1000 + "b\n", \
                    "".join("**\n!**/%d\n" % i for i in range(50000)):
            self.write(".dockerignore", text)
            self.assertHeld(self.quick("build", "./cnnrun.lua"), ".dockerignore:", "than")
        os.truncate(path, 1 << 30)
        self.assertHeld(self.quick("build", "./cnnrun.lua"), ".dockerignore", "larger than")


if __name__ == "__main__":
    kit.unittest.main()
