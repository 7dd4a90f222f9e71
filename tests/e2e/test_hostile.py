# SPDX-License-Identifier: MIT
"""Profiles that mean harm: each ends within its limit, in one line, without effect."""
import os
import subprocess

import kit

# what it does → Lua, run when the profile is read
ATTACKS = {
    "loops for ever": "while true do end",
    "loops in a coroutine": "local f = coroutine.wrap(function() while true do end end) f()",
    "loops in pcall": "while true do pcall(function() while true do end end) end",
    "loops in a finalizer": "setmetatable({}, { __gc = function() while true do end end }) "
                            "local t = {} for i = 1, 1e7 do t = { t } end",
    "eats memory with tables": "local t = {} while true do t[#t + 1] = { 1, 2, 3 } end",
    "eats memory with strings": "local s = 'x' while true do s = s .. s end",
    "eats memory with one string": "return ('x'):rep(1 << 40)",
    "matches slowly": "return (('a'):rep(1 << 20)):match('.-.-.-.-.-b')",
    "moves a table for ever": "table.move({}, 1, 1 << 40, 2)",
    "inserts by a lying length": "table.insert(setmetatable({}, { __len = function() "
                                 "return 1 << 40 end }), 1, 1)",
    "opens a file": "local f = io.open('/etc/passwd') return f:read()",
    "runs a program": "os.execute('touch %(mark)s')",
    "opens a pipe": "io.popen('touch %(mark)s')",
    "loads text": "load('return 1')()",
    "loads bytecode": "load(string.dump(function() end))()",
    "reads a file as code": "dofile('/etc/passwd')",
    "loads a library": "package.loadlib('/lib/x86_64-linux-gnu/libc.so.6', 'system')",
    "uses debug": "debug.getregistry()",
    "requires what is outside": "require '../../../etc/passwd'",
    "requires by absolute name": "require '/etc/passwd'",
    "requires a library": "require 'socket'",
    "recurses for ever": "local function f() return 1 + f() end f()",
    "raises a table": "error({})",
    "raises nil": "error(nil)",
    "raises a long message": "error(('x'):rep(1 << 20))",
    "raises escape sequences": "error('\\27]0;owned\\7\\27[2J')",
    "changes what strings do": "getmetatable('').__index = function() while true do end end "
                               "return ('').x",
    "returns nothing": "",
    "returns a number": "return 7",
    "returns a huge plan": "local c = require 'cnnrun' return c.profile { setup = function(c) "
                           "c:image 'busybox' for i = 1, 1e7 do c:env { ['A' .. i] = 'x' } end end }",
    "nests without end": "local t = {} t[1] = t return require 'cnnrun'.profile(t)",
}


class Hostile(kit.Case):
    def attack(self, what, text):
        mark = os.path.join(self.project, "mark")
        data = text % {"mark": mark} if isinstance(text, str) and "%(mark)" in text else text
        self.write("cnnrun.lua", data)
        r = self.run_cnnrun("plan", "./cnnrun.lua", timeout=30)
        self.assertEqual(r.code, 125, (what, r.out[:500], r.err[:500]))
        self.assertEqual(len(r.err.splitlines()), 1, (what, r.err[:2000]))
        self.assertLess(len(r.err), 4000, what)
        self.assertNotIn("\x1b", r.err, what)
        self.assertNotIn("\x07", r.err, what)
        self.assertFalse(os.path.exists(mark), what)
        self.assertNotIn("root:", r.out + r.err, what)

    def test_bytecode(self):
        """a precompiled file is refused"""
        self.attack("bytecode", b"\x1bLua\x54\x00\x19\x93\r\n\x1a\n" + bytes(64))

    def test_odd_bytes(self):
        """files that are no Lua at all"""
        for data in b"\x00" * 4096, b"\xff\xfe\x00", os.urandom(4096).replace(b"\x1b", b"x"):
            self.attack("odd bytes", data)

    def test_flood(self):
        """a flood of print ends within the limit"""
        self.write("cnnrun.lua", "while true do print(('x'):rep(1000)) end")
        p = self.start_cnnrun("plan", "./cnnrun.lua", stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
        self.assertEqual(p.wait(60), 125)

    def test_print_cannot_drive_the_terminal(self):
        """print's control characters do not reach the terminal"""
        self.profile("print('\\27[2Jhello\\7')")
        r = self.run_cnnrun("plan", "./cnnrun.lua")
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("hello", r.err)
        self.assertNotIn("\x1b", r.err)

    def test_symlink_out(self):
        """a symlink in the project does not let require read outside"""
        self.write("cnnrun.lua", "return require 'lib.leak'")
        os.makedirs(os.path.join(self.project, "lib"))
        os.symlink("/etc/passwd", os.path.join(self.project, "lib/leak.lua"))
        r = self.run_cnnrun("plan", "./cnnrun.lua")
        self.assertEqual(r.code, 125)
        self.assertNotIn("root:", r.out + r.err)

    def test_good_neighbour(self):
        """a good profile still works (the attacks above do not pass for want of everything)"""
        self.profile("c:env { OK = '1' }")
        self.assertEqual(self.shell("echo $OK"), "1\n")


def one(what, text):
    def test(self):
        self.attack(what, text)
    test.__doc__ = "a profile that " + what
    return test


for number, (what, text) in enumerate(ATTACKS.items()):
    setattr(Hostile, "test_attack_%02d" % number, one(what, text))
