# SPDX-License-Identifier: MIT
"""Services on Podman's compatible API."""
import os
import shutil

import kit
import podman

SERVICES = """c:service("db", function(s)
s:image "boxes:latest"
s:command { "sh", "-c", "echo up; mkdir /tmp/w; echo hi >/tmp/w/index.html; exec httpd -f -p 8080 -h /tmp/w" }
s:ready { http = "/index.html", port = 8080, interval = "200ms" }
end)
c:service("web", function(s)
s:image "boxes:latest"; s:after "db"
s:command { "sh", "-c", "wget -qO- http://db:8080/; exec sleep 1000" }
s:ready { log = "hi", timeout = "20s" }
end)"""


class ServicesOnPodman(podman.Service):
    def setUp(self):
        super().setUp()
        self.write("context/Dockerfile", 'FROM scratch\nCOPY busybox /bin/busybox\n'
                   'RUN ["/bin/busybox", "--install", "-s", "/bin"]\nRUN mkdir -m 1777 /tmp\n')
        shutil.copy("/bin/busybox", os.path.join(self.project, "context", "busybox"))
        self.profile('c:build { tag = "boxes:latest", context = "context", network = "host" }', SERVICES,
                     image=None)
        self.networks = self.podman.networks()

    def check_traces(self):
        super().check_traces()
        self.assertEqual(self.podman.networks(), self.networks)

    def test_names(self):
        """found by their names, ready in order, gone afterwards"""
        r = self.podman_run("./cnnrun.lua", "--", "sh", "-c", "wget -qO- http://db:8080/")
        self.assertEqual((r.code, r.out), (0, "hi\n"), r.err)
        self.assertIn("web | hi\n", r.err)

    def test_killed(self):
        """nothing is left when the launcher is killed"""
        p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", "echo up; exec sleep 1000", env=self.env)
        self.assertEqual(p.stdout.readline(), "up\n")
        p.kill()
        kit.wait_for(lambda: not self.podman.containers() and self.podman.networks() == self.networks, 30,
                     "the end of all")

    def test_never_ready(self):
        """one that never is ready is told, and nothing stays"""
        self.profile('c:build { tag = "boxes:latest", context = "context", network = "host" }',
                     SERVICES.replace('"20s"', '"1s"').replace('log = "hi"', 'port = 9'), image=None)
        r = self.podman_run("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("service web was not ready within 1 s (port 9)", r.err)
