# SPDX-License-Identifier: MIT
"""A network by list: what is listed is reached, by programs that know of proxies and by others."""
import os
import signal
import subprocess

import kit
import listed
import podman


class Reached:
    """The same on each engine."""

    def test_direct(self):
        self.list_hosts()
        r = self.try_out("""
print(get("good.test"))
print(tls(tcp("good.test", 443), "good.test"))
print(tls(tcp("www.good.test", 443), "www.good.test"))
print(read(tcp("GOOD.test.", 8022, "hello")))
""", **self.more)
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(r.out.count("I am good"), 4, r.out + r.err)
        self.assertNotIn("network:", r.err)

    def test_proxy(self):
        self.list_hosts()
        r = self.try_out("""
import urllib.request
print(urllib.request.urlopen("http://good.test/x").read())
s, answer = connect("good.test:443")
print(answer, tls(s, "good.test"))
print(connect("evil.test:443")[1])
""", **self.more)
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(r.out.count("I am good"), 2, r.out + r.err)
        self.assertIn("403 Forbidden", r.out)
        self.assertIn("warning: network: evil.test:443 is not on the list\n", r.err)
        self.assertTrue(r.err.endswith("network: 1 attempt to reach what is not listed: evil.test:443 (1)\n"),
                        r.err)

    def test_root(self):
        """The image's root, whose files are put and not bound."""
        self.list_hosts(calls=['c:user "root"'])
        r = self.try_out('print(get("good.test"))', **self.more)
        self.assertIn("I am good", r.out, r.err)


class Docker(Reached, listed.Listed):
    more = {}

    def test_tools(self):
        """git's and curl's kind: libcurl, with and without the variables."""
        self.list_hosts()
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c",
                            "/usr/bin/curl -sk https://good.test/ http://good.test/; "
                            "unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY;"
                            "/usr/bin/curl -sk https://good.test/ http://good.test/", around=self.around())
        self.assertEqual(r.out.count("I am good"), 4, r.out + r.err)

    def test_readonly(self):
        self.list_hosts(calls=["c:readonly()"])
        r = self.try_out('print(get("good.test"))')
        self.assertIn("I am good", r.out, r.err)

    def test_wildcard(self):
        self.list_hosts("*.good.test:443")
        r = self.try_out("""
print(tls(tcp("www.good.test", 443), "www.good.test"))
print(says(tcp, "good.test", 443))
""")
        self.assertEqual(r.out.count("I am good"), 1, r.out + r.err)
        self.assertIn("good.test was looked up and is not on the list", r.err)

    def test_plan(self):
        self.list_hosts("*.good.test:443")
        r = self.run_cnnrun("plan", "./cnnrun.lua", granted=False)
        self.assertIn("network    none\nreaches    *.good.test:443\n", r.out)
        self.assertIn("  - reach \"*.good.test:443\"  (not granted yet)\n", r.out)
        r = self.run_cnnrun("./cnnrun.lua", granted=False)
        self.assertEqual(r.code, 125)
        self.assertIn("*.good.test:443", r.err)

    def test_refused_plans(self):
        for call, words in (("c:port(80)", "goes without c:port"), ("c:keep()", "goes without c:keep"),
                            ('c:dns "1.1.1.1"', "goes without c:dns")):
            self.profile('c:network { allow = { "a.org" } }', call)
            r = self.run_cnnrun("./cnnrun.lua")
            self.assertEqual(r.code, 2 if "usage" in r.err else 125, r.err)
            self.assertIn(words, r.err)
        for host in ("*", "*.org", "0x7f.1", "a..b", "a.org:0", "a.org:70000", "017700000001", "http://a.org",
                     "b\u00fccher.example", "a b.org", "1.2.3.04"):
            self.profile('c:network { allow = { "%s" } }' % host)
            r = self.run_cnnrun("./cnnrun.lua")
            self.assertNotEqual(r.code, 0)
            self.assertIn("must be a host", r.err)

    def test_detached(self):
        """The janitor's container keeps its filter, and the filter ends with it."""
        self.list_hosts(calls=["c:detach()"])
        r = self.try_out("time.sleep(3); print(get('good.test'), flush=True); open('/w/done', 'w').write("
                         "get('good.test'))")
        self.assertEqual(r.code, 0, r.err)
        path = os.path.join(self.project, "done")
        kit.wait_for(lambda: os.path.exists(path) and os.path.getsize(path), 20, "the answer")
        with open(path) as f:
            self.assertIn("I am good", f.read())

    def filter_of(self, launcher):
        for pid in kit.processes():
            with open("/proc/%d/comm" % pid) as f:
                if f.read().strip() == "cnnrun-filter":
                    return pid
        return None

    def wait_started(self, script):
        self.write("try.py", listed.HELPERS + script)
        p = self.start_cnnrun("./cnnrun.lua", "--", "/usr/bin/python3", "-I", "/w/try.py",
                              around=self.around(), stderr=subprocess.PIPE)
        self.assertIn("up", p.stdout.readline())
        return p

    def test_filter_killed(self):
        """Without the filter there is no network, and that is said."""
        self.list_hosts()
        p = self.wait_started("print('up', flush=True); sys.stdin.readline(); print(says(get, 'good.test'))")
        os.kill(self.filter_of(p), signal.SIGKILL)
        out, err = p.communicate("\n", 60)
        self.assertNotIn("I am good", out)
        self.assertIn("the filter was killed; the container has no network any more", err)

    def test_killed(self):
        """Launcher, launcher and janitor: neither container nor filter stays."""
        self.list_hosts()
        for both in False, True:
            p = self.wait_started("print('up', flush=True); time.sleep(1000)")
            janitors = [q for q in kit.processes() if q not in self.before["processes"]
                        and "janitor" in open("/proc/%d/comm" % q).read()]
            os.kill(p.pid, signal.SIGKILL)
            for q in janitors if both else ():
                os.kill(q, signal.SIGKILL)
            p.communicate()
            kit.wait_for(lambda: not [q for q in kit.processes() - self.before["processes"]
                                      if "filter" in open("/proc/%d/comm" % q).read()], 20, "the filter's end")
        self.run_cnnrun("./cnnrun.lua", "--", "true", around=self.around())  # sweeps


DOCKERFILE = """FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
"""


class Podman(Reached, podman.Service, listed.Listed):
    image = 'c:build { tag = "kit-listed:latest", context = "context", network = "host" }'

    def setUp(self):
        super().setUp()
        self.write("context/Dockerfile", DOCKERFILE)
        with open("/bin/busybox", "rb") as f:
            self.write("context/busybox", f.read(), 0o755)

    @property
    def more(self):
        return {"env": self.env}


class Rootless(podman.Rootless, Podman):
    """The user's own Podman."""

    test_root = None  # root in there is no other than the user

    def test_mapped(self):
        """It is no root's engine."""
        self.list_hosts()
        r = self.try_out("print(open('/proc/self/uid_map').read())", **self.more)
        self.assertNotIn("4294967295", r.out)
