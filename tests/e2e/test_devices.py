# SPDX-License-Identifier: MIT
"""Devices: nodes, directories of nodes, patterns and rules."""
import os
import stat

import kit


class Devices(kit.Case):
    uid = kit.USER

    def node(self, name, mode=0o666):
        """One more /dev/null."""
        path = os.path.join(self.project, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.mknod(path, mode | stat.S_IFCHR, os.makedev(1, 3))
        os.chmod(path, mode)
        return path

    def rights(self):
        r = self.run_cnnrun("plan", granted=False)
        self.assertEqual(r.code, 0, r.err)
        return [line.strip()[2:].replace(self.project, "") for line in r.out.splitlines()
                if line.startswith("  - ")]

    def test_tree(self):
        """a directory brings the nodes of all directories below, and is one right"""
        for name in "usb/one", "usb/001/two", "usb/002/deep/three":
            self.node(name)
        self.write("usb/001/plain", "")
        os.symlink("/dev/zero", os.path.join(self.project, "usb/link"))
        self.profile('c:device("%s/usb", "/dev/bus/usb")' % self.project)
        self.assertEqual(self.shell("cd /dev/bus/usb; find . -type c | sort").split(),
                         ["./001/two", "./002/deep/three", "./one"])
        self.assertEqual(self.rights(), ["use all devices in /usb  (granted)"])
        self.node("usb/003/later")  # what is plugged in asks for no more
        self.assertEqual(self.rights(), ["use all devices in /usb  (granted)"])

    def test_pattern(self):
        """a pattern brings what it finds under the names found, each a right"""
        for name in "video0", "video10", "audio0":
            self.node(name)
        os.symlink("audio0", os.path.join(self.project, "videolink"))
        self.write("video.txt", "")
        self.profile('c:device("%s/video*")' % self.project)
        self.assertEqual(self.shell("cd %s; ls" % self.project).split(),
                         ["video0", "video10", "videolink"])
        self.assertEqual(self.rights(), ["use the device /%s  (granted)" % name
                                         for name in ("video0", "video10", "audio0")])

    def test_nothing(self):
        """nothing there: an error that says what to write, or going without"""
        os.mkdir(os.path.join(self.project, "empty"))
        for what in "empty", "video*", "nosuch":
            path = os.path.join(self.project, what)
            self.profile('c:device("%s")' % path)
            r = self.run_cnnrun("./cnnrun.lua", "--", "true")
            self.assertEqual(r.code, 125)
            self.assertRegex(r.err, r"cnnrun\.lua:6: .*%s; say optional = true" % what.replace("*", r"\*"))
            self.profile('c:device("%s", { optional = true })' % path)
            self.shell("true")

    def test_pattern_deeper(self):
        """only the last part of a path is a pattern, and none has a target"""
        for call, said in (('c:device("/d*/null")', "only its last part can be a pattern"),
                           ('c:device("/dev/nul*", "/dev/x")', "no target")):
            self.profile(call)
            r = self.run_cnnrun("./cnnrun.lua", "--", "true")
            self.assertEqual((r.code, r.out), (125, ""))
            self.assertIn(said, r.err)

    def test_rule(self):
        """a rule lets in what is not there yet; it is a right of its own"""
        where = self.node("bus/null")
        os.chmod(where, 0o666)
        mount = 'c:mount("bus", "/bus")'
        script = "head -c 0 /bus/zero 2>&1; true"
        self.profile(mount)
        os.mknod(os.path.join(self.project, "bus/zero"), 0o666 | stat.S_IFCHR, os.makedev(10, 237))
        os.chmod(os.path.join(self.project, "bus/zero"), 0o666)
        self.assertIn("not permitted", self.shell(script))
        self.profile(mount, 'c:device { rule = "c 10:* rmw" }')
        self.assertNotIn("not permitted", self.shell(script))
        self.assertEqual(self.rights(), [
            'use whatever devices are, or will be, of the kind "c 10:* rmw"  (granted)'])
        r = self.run_cnnrun("plan", "--docker")
        self.assertIn("--device-cgroup-rule 'c 10:* rmw'", r.out)

    def test_bad_rule(self):
        """what is no rule is said"""
        for bad in "", "c 1:3", "c 1:3 x", "d 1:3 r", "c 1:3 rwmr", "c  1:3 r", "c 1:3 r\\n":
            self.profile('c:device { rule = "%s" }' % bad)
            r = self.run_cnnrun("plan")
            self.assertEqual(r.code, 125, bad)
            self.assertRegex(r.err, r"cnnrun\.lua:6: .*(is no rule for devices|must )")
