# SPDX-License-Identifier: MIT
"""What a container reaches: devices, GPUs, the display, ports, others."""
import os
import shutil
import socket
import urllib.request

import box_kit
import kit
import listed
from row import INFO, PODMAN, ROOTLESS, Row, before

CLIENT_CDI = 'mount -t tmpfs none /run && mkdir /run/cdi && cp "$0" /run/cdi/nvidia.json && exec "$@"'


class Reach(Row):
    def test_ports(self):
        """a published port answers on 127.0.0.1"""
        with socket.create_server(("127.0.0.1", 0)) as s:
            port = s.getsockname()[1]
        self.write("index.html", "served\n")
        self.profile('c:user "host"', 'c:port "%d:8080"' % port, 'c:mount(".", "/w")')
        p = self.start_cnnrun("./cnnrun.lua", "--", "httpd", "-f", "-p", "8080", "-h", "/w")

        def answer():
            if p.poll() is not None:
                self.fail(p.stderr.read())
            try:
                with urllib.request.urlopen("http://127.0.0.1:%d/" % port, timeout=5) as r:
                    return r.read()
            except OSError:
                return None
        self.assertEqual(kit.wait_for(answer, 30, "an answer"), b"served\n")
        p.terminate()
        p.wait(30)

    def test_networks(self):
        """c:network "none" and "host\""""
        self.profile('c:user "host"', 'c:network "none"')
        self.assertEqual(self.shell("ls /sys/class/net; grep -c localhost /etc/hosts").split()[0], "lo")
        self.profile('c:user "host"', 'c:network "host"')
        self.assertEqual(self.shell("hostname"), kit.tool("hostname"))

    def test_devices(self):
        """a device, and one by another name"""
        self.profile('c:user "host"', 'c:device "/dev/full"')
        self.assertIn("No space", self.shell("echo x 2>&1 >/dev/full || :"))
        self.profile('c:user "host"', 'c:device("/dev/full", "/dev/other")')
        if ROOTLESS and not PODMAN:
            r = self.run_profile("--", "true", code=125)
            self.assertRegex(r.err, "rootless.* own name")
            self.because("a rootless one binds devices under their own names only")
        self.assertIn("No space", self.shell("echo x 2>&1 >/dev/other || :"))

    def test_gpu(self):
        """a GPU by CDI"""
        self.profile('c:user "host"', 'c:gpus "0"')
        # one that tells which devices it has found needs no look at files of this side
        around = [] if "DiscoveredDevices" in INFO else ["unshare", "-m", "sh", "-c", CLIENT_CDI,
                                                         os.environ["ENGINE_CDI"]]
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", "echo $CDI_GPU; ls /dev/zero", around=around)
        if before(25) and not PODMAN or before(5, 4) and PODMAN:
            self.assertEqual(r.code, 125)
            self.because("it has no CDI in this API")
        self.assertEqual((r.code, r.out), (0, "0\n/dev/zero\n"), r.err)

    def test_display(self):
        """c:display: the X server is reached by a cookie of the run"""
        client = shutil.which("xset")
        needs = [w for w in kit.tool("ldd", client).split() if w.startswith("/")]
        for path in [client] + needs:  # the machine's own, for an image without any
            shutil.copy(path, self.project)
        loader = "/w/" + os.path.basename([p for p in needs if "/ld-" in p][0])
        self.profile('c:user "host"', "c:display()", 'c:mount { source = ".", target = "/w", readonly = true }')
        r = self.run_profile("--", loader, "--library-path", "/w", "/w/xset", "q")
        self.assertIn("Keyboard Control", r.out)

    def test_pid_host(self):
        """c:pid "host": the machine's processes"""
        for more in (), ("c:init(false)",):
            self.profile('c:user "host"', 'c:pid "host"', *more)
            if ROOTLESS and not PODMAN:
                r = self.run_profile("--", "true", code=125)
                self.assertIn("rootless", r.err)
                self.because("a rootless one may not mount the machine's /proc")
            self.assertEqual(self.shell("ls -d /proc/%d" % os.getpid()), "/proc/%d\n" % os.getpid())

    def test_memory(self):
        """limits, or a word that there are none"""
        self.profile('c:user "host"', 'c:limit { memory = "64m" }')
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        if r.code and INFO.get("MemoryLimit") is False:
            self.because("it has no control groups to limit with here")
        self.assertEqual(r.code, 0, r.err)


class Listed(listed.Listed, Row):
    def test_listed(self):
        """c:network by list: what is listed answers, nothing else does"""
        self.profile('c:user "host"', 'c:network { allow = { "good.test:8022", "%s:8022" } }' % self.good)
        get = "http_proxy=http://127.0.0.1:3128 wget -qO- http://%s.test:8022/"
        r = self.run_profile("--", "sh", "-c", "%s; echo; %s || echo none" % (get % "good", get % "evil"),
                             around=self.around())
        self.assertEqual(r.out, "I am good\nnone\n", r.err)
        self.assertIn("evil.test:8022 is not on the list", r.err)


class Boxes(box_kit.Box, Row):
    def test_box(self):
        """a box: made, entered, started again after a stop"""
        self.profile('c:user "host"', "c:box()", 'c:mount(".", "/w")', 'c:prepare { "touch", "/tmp/prepared" }')
        self.assertEqual(self.enter("ls /tmp/prepared; echo kept > /tmp/x"), "/tmp/prepared\n")
        self.assertEqual(self.enter("cat /tmp/x; echo new > /w/new"), "kept\n")
        self.mine("new")
        self.assertEqual(self.run_cnnrun("stop", self.box()).code, 0)
        self.assertEqual(self.enter("cat /tmp/x"), "kept\n")
