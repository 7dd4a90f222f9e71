# SPDX-License-Identifier: MIT
"""Containers beside the main one: made, ready in order, found by name, gone with it."""
import kit
from engine_api import engine

WEB = """c:service("web", function(s)
s:image "busybox"; s:after "db"
s:command { "sh", "-c", "mkdir /tmp/w; echo hi > /tmp/w/index.html; sleep 1; exec httpd -f -p 8080 -h /tmp/w" }
s:ready { http = "/index.html", port = 8080, interval = "200ms" }
end)"""
DB = """c:service("db", function(s)
s:image "busybox"
s:command { "sh", "-c", "echo begun; sleep 1; echo it is up; exec sleep 1000" }
s:ready { log = "is up" }
end)"""


class Services(kit.Case):
    uid = kit.USER

    def test_names(self):
        """each is found by its name, once the ones it is after are ready; all is gone afterwards"""
        self.profile(WEB, DB)
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", "wget -qO- http://web:8080/; ping -c1 -W1 db | head -1")
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("hi\n", r.out)
        self.assertIn("PING db (", r.out)
        self.assertIn("db  | it is up\n", r.err)
        self.assertNotIn("|", r.out)
