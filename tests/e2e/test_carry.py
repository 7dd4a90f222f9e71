# SPDX-License-Identifier: MIT
"""Carried directories: copies at the engine, and what changes there comes home."""
import os
import signal
import time

import carry_kit


class Carry(carry_kit.Carried):
    def test_there_and_back(self):
        """files go over with bits, links and empty directories, and what changed comes home"""
        self.put("a/one", "1")
        self.put("run.sh", "#!/bin/sh\necho ran\n", 0o755)
        self.put("empty/", None)
        os.symlink("a/one", self.path("link"))
        r = self.good("cat a/one link; ./run.sh; ls -d empty; id -u; stat -c %u . a a/one; touch empty/new; "
                      "echo 2 > a/one; mkdir -p out/deep; echo x > out/deep/ck.bin; chmod +x out/deep/ck.bin")
        self.assertEqual(r.out, "11ran\nempty\n1000\n1000\n1000\n1000\n")
        self.assertEqual(self.read("a/one"), "2\n")
        self.assertEqual(self.read("out/deep/ck.bin"), "x\n")
        self.assertTrue(os.stat(self.path("out/deep/ck.bin")).st_mode & 0o100)
        self.assertTrue(os.path.exists(self.path("empty/new")))
        self.assertTrue(os.path.islink(self.path("link")))
        self.assertIn("3 files came home", r.err)
        self.assertEqual(os.stat(self.path("out/deep/ck.bin")).st_uid, self.uid)

    def test_differences(self):
        """the next start sends what differs: changed, new, removed"""
        for i in range(20):
            self.put("d/%d" % i, "x" * i)
        self.assertIn("over", self.good("ls d | wc -l").err)
        time.sleep(0.05)
        self.good("ls d | wc -l")
        self.assertNotIn("over", self.good("ls d | wc -l").err)
        self.put("d/3", "new")
        os.unlink(self.path("d/4"))
        self.put("d/new", "n")
        r = self.good("cat d/3 d/new; ls d/4 || ls d | wc -l")
        self.assertIn("2 files", r.err)
        self.assertIn("newn20\n", r.out)

    def test_kinds_change(self):
        """a directory in a file's place, and a link in a directory's, are what they are here"""
        self.put("x", "file")
        self.put("y/z", "below")
        self.good("true")
        os.unlink(self.path("x"))
        self.put("x/in", "in")
        os.unlink(self.path("y/z"))
        os.rmdir(self.path("y"))
        os.symlink("x", self.path("y"))
        self.assertEqual(self.good("cat x/in y/in").out, "inin")

    def test_conflict(self):
        """what changed on both sides stays yours, and the other is beside it"""
        self.put("f", "base")
        self.put("same", "base")
        self.good("true")
        p = self.begin("echo theirs > f; echo equal > same; echo ready; read x")
        self.assertEqual(p.stdout.readline(), "ready\n")
        self.put("f", "mine and longer")
        self.put("same", "equal\n")
        out, err = p.communicate("\n", 60)
        self.assertEqual(p.returncode, 0, err)
        self.assertEqual((self.read("f"), self.read("f.remote")), ("mine and longer", "theirs\n"))
        self.assertIn("f changed on both sides: that of over there is in f.remote", err)
        self.assertFalse(os.path.exists(self.path("same.remote")))
        self.assertEqual(self.good("cat f").out, "mine and longer")

    def test_removed_over_there(self):
        """what is removed over there is not removed here, and said"""
        self.put("f", "x")
        r = self.good("rm f")
        self.assertIn("1 file was removed over there; nothing is removed here", r.err)
        self.assertEqual(self.read("f"), "x")
        self.assertEqual(self.good("cat f").out, "x")

    def test_what_stays_there(self):
        """links and what is no file stay over there, from run to run"""
        r = self.good("ln -s /etc/passwd link; mkfifo fifo; echo x > real")
        self.assertIn("2 that are no regular files stay over there", r.err)
        self.assertFalse(os.path.lexists(self.path("link")) or os.path.lexists(self.path("fifo")))
        r = self.good("ls -d link fifo")
        self.assertEqual(r.out, "fifo\nlink\n")
        self.assertNotIn("regular", r.err)

    def test_ignored(self):
        """what .cnnrunignore names stays on its side"""
        self.put(".cnnrunignore", "data\n*.log\n!keep.log\n")
        for name in "data/big", "a.log", "keep.log":
            self.put(name, "here")
        r = self.good("ls; ls -A data; mkdir -p data; echo there > data/there; echo there > b.log")
        self.assertNotIn("a.log", r.out)
        self.assertIn("keep.log", r.out)
        self.assertEqual(os.listdir(self.path("data")), ["big"])
        self.assertFalse(os.path.exists(self.path("b.log")))
        self.assertEqual(self.good("cat data/there b.log").out, "there\nthere\n")

    def test_readonly(self):
        """a read-only one goes over, and is not looked at again"""
        self.carry(options="carry = true, readonly = true")
        self.put("f", "x")
        r = self.run_it("cat f; touch y")
        self.assertNotEqual(r.code, 0)
        self.assertEqual(r.out, "x")
        self.assertNotIn("home", r.err)

    def test_file(self):
        """one file is a copy, which ends with the container"""
        self.put("conf", "x\n")
        self.profile('c:mount("conf", "/etc/conf", { carry = true })')
        self.assertEqual(self.good("cat /etc/conf; echo y > /etc/conf; stat -c %u /etc/conf").out, "x\n1000\n")
        self.assertEqual(self.read("conf"), "x\n")

    def test_option(self):
        """--carry carries what is mounted, and the home, which stays"""
        self.profile('c:mount(".", "/w")', 'c:home "h"', 'c:workdir "/w"')
        self.put("f", "x")
        self.assertEqual(self.good("cat f; touch $HOME/kept new", "--carry").out, "x")
        self.assertTrue(os.path.exists(self.path("new")))
        self.assertFalse(os.path.exists(self.path("h/kept")))
        self.good("ls $HOME/kept", "--carry")

    def test_status(self):
        """what changed comes home also when the program fails or is stopped"""
        r = self.run_it("echo x > f; exit 7")
        self.assertEqual((r.code, self.read("f")), (7, "x\n"), r.err)
        p = self.begin("echo y > f; echo ready; exec sleep 60")
        self.assertEqual(p.stdout.readline(), "ready\n")
        p.send_signal(signal.SIGTERM)
        p.communicate(timeout=60)
        self.assertEqual(self.read("f"), "y\n")

    def test_plan(self):
        """plan says what is carried, in words and as data; the docker line that it cannot"""
        r = self.run_cnnrun("plan", "./cnnrun.lua")
        self.assertIn("carried, and home again", r.out)
        r = self.run_cnnrun("plan", "./cnnrun.lua", "--json")
        self.assertIn('"carries":', r.out)
        r = self.run_cnnrun("plan", "./cnnrun.lua", "--docker")
        self.assertIn("# docker carries nothing", r.out)

    def test_git_write(self):
        """writing a repository and carrying it exclude each other"""
        self.carry(options='carry = true, git = "write"')
        r = self.run_it("true")
        self.assertEqual(r.code, 125)
        self.assertIn("never come home", r.err)
