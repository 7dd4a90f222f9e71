# SPDX-License-Identifier: MIT
"""Ranges of ports, in docker's forms."""
import socket
import subprocess

import kit


class Ports(kit.Case):
    uid = kit.USER

    def published(self, *calls):
        """Container port → where it is reached on the host, of a running container."""
        self.profile(*calls)
        r = self.run_cnnrun("./cnnrun.lua", "--detach", "--", "sleep", "60")
        self.assertEqual(r.code, 0, r.err)
        ports = kit.engine.inspect(r.out.strip())["NetworkSettings"]["Ports"]
        self.assertEqual(self.run_cnnrun("stop", "-t", "0", r.out.strip()).code, 0)
        return {int(k.split("/")[0]): [(b["HostIp"], int(b["HostPort"])) for b in v]
                for k, v in ports.items()}

    def test_range(self):
        """a range leads to a range of one length, on this machine alone"""
        self.assertEqual(self.published('c:port "18000-18002:9000-9002"'),
                         {9000 + i: [("127.0.0.1", 18000 + i)] for i in range(3)})

    def test_free_one(self):
        """one of a range that is free, where the container's is one"""
        (where,) = self.published('c:port "18010-18020:80"')[80]
        self.assertEqual(where[0], "127.0.0.1")
        self.assertIn(where[1], range(18010, 18021))

    def test_taken(self):
        """one that something listens at is named, with the way to see who that is"""
        with socket.create_server(("127.0.0.1", 0)) as s:
            port = s.getsockname()[1]
            self.profile('c:port "%d:80"' % port)
            r = self.run_cnnrun("./cnnrun.lua", "--", "true")
            self.assertEqual((r.code, len(r.err.splitlines())), (125, 1), r.err)
            self.assertIn("port %d of this machine is taken" % port, r.err)
            cure = r.err.strip().rsplit(": ", 1)[1]
            self.assertIn(str(port), subprocess.run(cure, shell=True, check=True, stdout=subprocess.PIPE,
                                                    text=True).stdout)

    def test_right(self):
        """a range for the network is one right, which includes what lies in it"""
        self.profile('c:port "0.0.0.0:18000-18010:9000-9010"')
        kit.allow("./cnnrun.lua", uid=self.uid, cwd=self.project)
        for text, granted in ("18000-18010:9000-9010", True), ("18005:80", True), ("18005-18011:80-86", False):
            self.profile('c:port "0.0.0.0:%s"' % text)
            r = self.run_cnnrun("plan", granted=False)
            self.assertIn("- be reached from the network at 0.0.0.0:%s  (%sgranted%s)" % (
                text.split(":")[0], "" if granted else "not ", "" if granted else " yet"), r.out)

    def test_refused(self):
        """what is no range, or too much of one"""
        for bad in "8000-8001:80-82", "8001-8000:1-2", "0-1:80-81", "1000-1300:1000-1300":
            self.profile('c:port "%s"' % bad)
            r = self.run_cnnrun("plan")
            self.assertEqual((r.code, len(r.err.splitlines())), (125, 1), bad + r.err)
            self.assertRegex(r.err, r"cnnrun\.lua:6: port: .*(range|ranges|more than 256 ports)")
        self.profile('c:port "1000-1200:1000-1200"', 'c:port "2000-2100:2000-2100"')
        self.assertIn("cnnrun.lua:6: more than 256 ports", self.run_cnnrun("plan").err)
