# SPDX-License-Identifier: MIT
"""Containers beside the main one."""
import os
import signal

import kit
from row import Row

SERVICES = """c:service("web", function(s)
s:image "busybox"; s:after "db"
s:command { "sh", "-c", "mkdir /tmp/w; echo hi > /tmp/w/index.html; exec httpd -f -p 8080 -h /tmp/w" }
s:ready { http = "/index.html", port = 8080, interval = "200ms" }
end)
c:service("db", function(s)
s:image "busybox"; s:command { "sh", "-c", "echo it is up; exec sleep 1000" }; s:ready { log = "is up" }
end)"""


class Services(Row):
    def setUp(self):
        super().setUp()
        self.profile('c:user "host"', SERVICES)

    def test_names(self):
        """services: ready in order, found by name, gone with it"""
        self.assertEqual(self.shell("wget -qO- http://web:8080/; ping -c1 -W5 db | head -1 | cut -c1-9"),
                         "hi\nPING db (\n")

    def test_killed(self):
        """services: nothing is left after kill -9"""
        p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", "echo up; exec sleep 1000")
        self.assertEqual(p.stdout.readline(), "up\n")
        os.kill(p.pid, signal.SIGKILL)
        self.assertNothingLeft()
