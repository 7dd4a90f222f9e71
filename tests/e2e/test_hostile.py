# SPDX-License-Identifier: MIT
"""Profiles that mean harm: each ends within its limit, in one line, without effect."""
import os
import unicodedata

import kit

CORPUS = os.path.join(kit.TOP, "tests/hostile")
LONGEST = 2000  # bytes of a message

class Hostile(kit.Case):
    def attack(self, what, text, message="", flood=False):
        self.write("cnnrun.lua", text)
        r = self.run_cnnrun("plan", "./cnnrun.lua", timeout=30)
        self.assertEqual(r.code, 125, (what, r.out[:500], r.err[-500:]))
        self.assertEqual(r.out, "", what)
        lines = r.err.splitlines()
        self.assertTrue(lines, what)
        if not flood:
            self.assertEqual(len(lines), 1, (what, r.err[:2000]))
        self.assertIn(message, lines[-1], what)
        self.assertLess(len(lines[-1].encode()), LONGEST, what)
        self.check_text(what, r.err)

    def harmless(self, what, text):
        """However its plan is shown, nothing of it reaches the terminal raw."""
        self.write("cnnrun.lua", text)
        for words in [], ["--json"], ["--docker"], ["--help"]:
            r = self.run_cnnrun("plan", "./cnnrun.lua", *words, timeout=30)
            self.assertEqual(r.code, 0, (what, words, r.err[-500:]))
            self.check_text((what, words), r.out + r.err)
        self.assertEqual(sorted(os.listdir(self.project)), ["cnnrun.lua"], what)

    def check_text(self, what, text):
        bad = [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")
               and c not in "\n\t"]
        self.assertEqual(bad, [], what)
        self.assertNotIn("root:", text, what)

    def traps(self):
        """What a cloned repository can hold besides text."""
        os.symlink("/etc/passwd", os.path.join(self.project, "link.lua"))
        os.symlink("/dev/zero", os.path.join(self.project, "zero.lua"))
        os.symlink("/proc/self/mem", os.path.join(self.project, "mem.lua"))
        os.mkfifo(os.path.join(self.project, "fifo.lua"))
        os.makedirs(os.path.join(self.project, "folder.lua"))
        os.makedirs(os.path.join(self.project, "profiles"))
        os.mkfifo(os.path.join(self.project, "profiles/pipe.lua"))
        with open(os.path.join(self.project, "huge.lua"), "w") as f:
            f.truncate(1 << 30)
        self.write("code.lua", b"\x1bLua\x54\x00\x19\x93\r\n\x1a\n" + bytes(64))
        self.write("loop-a.lua", "return require 'loop-b'")
        self.write("loop-b.lua", "return require 'loop-a'")

    def test_special_files(self):
        """a profile, a Dockerfile and an env file that are pipes do not keep it waiting"""
        os.mkfifo(os.path.join(self.project, "pipe"))
        os.symlink("pipe", os.path.join(self.project, "cnnrun.lua"))
        r = self.run_cnnrun("plan", "./cnnrun.lua", timeout=30)
        self.assertEqual(r.code, 125)
        os.unlink(os.path.join(self.project, "cnnrun.lua"))
        self.profile("c:env_file 'pipe'")
        r = self.run_cnnrun("plan", "./cnnrun.lua", timeout=30)
        self.assertEqual(r.code, 125, r.err)
        self.assertIn("not a regular file", r.err)
        self.profile("c:build { tag = 'hostile:x', context = '.', dockerfile = 'pipe' }", image="")
        r = self.run_cnnrun("build", "./cnnrun.lua", timeout=30)
        self.assertEqual(r.code, 125, r.err)
        self.assertIn("not a regular file", r.err)

    def test_bytecode(self):
        """a precompiled file is refused"""
        self.attack("bytecode", b"\x1bLua\x54\x00\x19\x93\r\n\x1a\n" + bytes(64))

    def test_odd_bytes(self):
        """files that are no Lua at all"""
        for data in b"\x00" * 4096, b"\xff\xfe\x00", os.urandom(4096).replace(b"\x1b", b"x"):
            self.attack("odd bytes", data)

    def test_good_neighbour(self):
        """a good profile still works (the attacks above do not pass for want of everything)"""
        self.profile("c:env { OK = '1' }")
        self.assertEqual(self.shell("echo $OK"), "1\n")


def one(name):
    with open(os.path.join(CORPUS, name), encoding="utf-8") as f:
        text = f.read()
    head = dict(line[3:].split(": ", 1) for line in text.splitlines()
                if line.startswith(("-- tries: ", "-- ends: ", "-- output: ")))
    end, _, message = head["ends"].partition(": ")

    def test(self):
        if end == "harmless":
            self.harmless(name, text)
        else:
            self.traps()
            self.attack(name, text, message, head.get("output") == "flood")
    test.__doc__ = "%s: %s" % (name, head["tries"])
    return test


for entry in sorted(os.listdir(CORPUS)):
    setattr(Hostile, "test_" + entry[:-4].replace("-", "_"), one(entry))
