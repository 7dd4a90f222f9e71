# SPDX-License-Identifier: MIT
"""Registries that are busy, ill or lie: what passes is waited for, what does not is said at once."""
import re
import signal
import time

import kit
from shaky_registry import FINAL, ILL, LATER, LIMIT, SOON, Shaky, manifest
from test_pull import registry

AGAIN = re.compile(r"; again in (\d+) s, (\d) of 5$", re.M)


class Retry(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.shaky = Shaky(self, registry(self))
        self.ref = self.shaky.host + "/a:1"
        self.profile(image=self.ref)
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % self.ref)

    def there(self):
        """The image is in the registry, and nowhere else."""
        kit.engine.call("POST", "/images/busybox/tag?repo=%s/a&tag=1" % self.shaky.real)
        kit.tool("docker", "push", "-q", self.shaky.real + "/a:1")
        kit.engine.call("DELETE", "/images/%s/a:1?force=1" % self.shaky.real)
        self.shaky.asked.clear()

    def run_it(self, code=0, **more):
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", **more)
        self.assertEqual(r.code, code, r.err)
        return r

    def gives_up(self, how, *said, seconds=5):
        self.shaky.ill(how, 99)
        start = time.monotonic()
        r = self.run_it(125)
        self.assertLess(time.monotonic() - start, seconds)
        self.assertNotIn("again in", r.err)
        self.assertEqual(len(r.err.splitlines()), 1, r.err)
        for words in said:
            self.assertIn(words, r.err)

    def test_passes(self):
        """each way to be ill, twice, then well: it is waited for, longer each time, and said"""
        self.there()
        for name, how in ILL.items():
            with self.subTest(name):
                kit.engine.call("DELETE", "/images/%s?force=1" % self.ref)
                # one that hangs up is asked once a try, one that answers as often as the engine likes
                self.shaky.each = lambda handler, how=how, end=time.monotonic() + 2: (
                    how if time.monotonic() < end and manifest(handler) else None)
                r = self.run_it()
                self.assertEqual(AGAIN.findall(r.err), [("1", "2"), ("2", "3")], r.err)
                self.assertIn("pull %s: " % self.ref, r.err)

    def test_stays(self):
        """one that stays ill: five tries, then one line with the cause"""
        self.shaky.ill(ILL["503"], 99)
        r = self.run_it(125)
        self.assertEqual(AGAIN.findall(r.err), [("1", "2"), ("2", "3"), ("4", "4"), ("8", "5")], r.err)
        self.assertIn("error: pull %s: %s cannot answer now (503 Service Unavailable); run it again later"
                      % (self.ref, self.shaky.host), r.err.splitlines()[-1])

    def test_interrupt(self):
        """^C while it waits ends it at once"""
        self.shaky.ill(ILL["503"], 99)
        p = self.start_cnnrun("./cnnrun.lua", "--", "true")
        said = iter(p.stderr.readline, "")
        self.assertTrue(any("4 of 5" in line for line in said))
        start = time.monotonic()
        p.send_signal(signal.SIGINT)
        p.wait(10)
        self.assertLess(time.monotonic() - start, 2)
        self.assertEqual((p.returncode, p.stderr.read()), (-signal.SIGINT, ""))

    def test_asked_for(self):
        """a registry that says how long to wait is waited for so long, but not for hours"""
        self.there()
        self.shaky.each = lambda handler, end=time.monotonic() + 1: (
            SOON if time.monotonic() < end and manifest(handler) else None)
        self.assertEqual(AGAIN.findall(self.run_it().err), [("2", "2")])
        kit.engine.call("DELETE", "/images/%s?force=1" % self.ref)
        self.gives_up(LATER, "wait 2 hours")

    def test_final(self):
        """what does not pass is not asked twice: a refusal, no such image, a page in place of an answer"""
        for name, how in FINAL.items():
            with self.subTest(name):
                self.gives_up(how)

    def test_push(self):
        """a push that meets a registry in a moment's trouble"""
        self.write("ctx/Dockerfile", "FROM busybox\nRUN echo made >/made\n")
        self.profile('c:build { tag = "%s", context = "ctx" }' % self.ref, image=None)
        self.shaky.ill(ILL["a closed connection"], 1, lambda h: h.path == "/v2/")
        r = self.run_cnnrun("build", "./cnnrun.lua", "--push")
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(AGAIN.findall(r.err), [("1", "2")], r.err)
        self.assertIn("push %s: " % self.ref, r.err)
        self.shaky.ill(LIMIT, 99)
        r = self.run_cnnrun("build", "./cnnrun.lua", "--push")
        self.assertEqual(r.code, 125)
        self.assertEqual(len(AGAIN.findall(r.err)), 4, r.err)
        self.assertIn("has had too many pushes from this address (429)", r.err)


if __name__ == "__main__":
    import unittest
    unittest.main()
