# SPDX-License-Identifier: MIT
"""What a profile can ask of this machine and its project."""
import os
import socket

import kit


class Facts(kit.Case):
    uid = kit.USER

    def asked(self, expression):
        """What print shows of it."""
        self.profile("print(%s)" % expression)
        r = self.run_cnnrun("plan", "./cnnrun.lua")
        self.assertEqual(r.code, 0, r.err)
        return r.err.strip()

    def glob(self, pattern):
        return self.asked('table.concat(cnn.project.glob "%s" or { "none" }, " ")' % pattern)

    def test_name(self):
        """the machine's name"""
        self.assertEqual(self.asked("cnn.host.name()"), socket.gethostname())

    def test_dir(self):
        """the project's directory"""
        self.assertEqual(self.asked("cnn.project.dir()"), self.project)

    def test_glob(self):
        """files by pattern, in order and relative to the project"""
        for name in "data/b.csv", "data/a.csv", "data/c.txt":
            self.write(name, "x")
        self.assertEqual(self.glob("data/*.csv"), "data/a.csv data/b.csv")
        self.assertEqual(self.glob("*.lua"), "cnnrun.lua")
        self.assertEqual(self.glob("no*such"), "")

    def test_glob_outside(self):
        """nothing outside the project, by the pattern or by a link"""
        os.symlink("/etc", os.path.join(self.project, "etc"))
        self.assertEqual(self.glob("etc/pass*"), "")
        self.assertEqual(self.glob("../*"), "none")
        self.assertEqual(self.glob("a/../../*"), "none")
        self.assertEqual(self.glob("/etc/pass*"), "none")

    def test_glob_odd_project(self):
        """a project whose path would be a pattern itself"""
        odd = self.write("[a]*/cnnrun.lua", "")
        self.project = os.path.dirname(odd)
        self.write("x.csv", "x")
        self.assertEqual(self.glob("*.csv"), "x.csv")
