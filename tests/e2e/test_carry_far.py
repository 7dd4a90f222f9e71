# SPDX-License-Identifier: MIT
"""Carried directories on another machine, behind ssh."""
import os
import time

import far_kit
import kit


class Far(far_kit.Far):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.clean)
        self.profile('c:mount(".", "/w")', 'c:workdir "/w"', "c:user { uid = 12, gid = 12 }")
        self.allow("./cnnrun.lua", "--carry")

    def clean(self):
        for name in kit.engine.volumes() - self.before["volumes"]:
            kit.wait_for(lambda n=name: kit.engine.call("DELETE", "/volumes/" + n)[0] in (204, 404), 20, "its end")

    def here(self, name):
        return os.path.join(self.project, name)

    def read(self, name):
        with open(self.here(name)) as f:
            return f.read()

    def run_there(self, script, *words):
        return self.on("./cnnrun.lua", "--carry", *words, "--", "sh", "-c", script)

    def test_there_and_back(self):
        """sources over, work there, results home; the second start sends only what differs"""
        for i in range(200):
            self.write("src/%d" % i, "x" * i)
        before = self.logins()
        r = self.run_there("ls src | wc -l; stat -c %u src; mkdir -p out; echo done > out/ck")
        self.assertEqual((r.code, r.out), (0, "200\n12\n"), r.err)
        self.assertEqual(self.logins(), before + 1)
        self.assertEqual(self.read("out/ck"), "done\n")
        self.write("src/7", "new")
        r = self.run_there("cat src/7 out/ck")
        self.assertEqual((r.code, r.out), (0, "newdone\n"), r.err)
        self.assertIn("over: 1 file ", r.err)

    def test_refused(self):
        """without a word it is refused, and the word that works is named"""
        r = self.on("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("carry = true", r.err)
        r = self.on("plan", "./cnnrun.lua", "--carry")
        self.assertIn("carried, and home again  there", r.out)

    def test_unplugged(self):
        """the box goes away in the middle: a clear end; once it is back nothing is left, and all comes home"""
        self.write("mine", "x")
        p = self.begin("./cnnrun.lua", "--carry", "--", "sh", "-c", "echo y > made; echo ready; sleep 100")
        self.assertEqual(p.stdout.readline(), "ready\n")
        self.unplug()
        _, err = p.communicate(timeout=120)
        self.assertNotEqual(p.returncode, 0)
        self.assertIn("cnnrun fetch", err)
        self.assertEqual(self.read("mine"), "x")
        self.plug()
        kit.wait_for(lambda: not kit.engine.containers().keys() - self.before["containers"], 60,
                     "the end of what was there")
        r = self.on("fetch")
        self.assertEqual((r.code, self.read("made")), (0, "y\n"), r.err)

    def test_detached(self):
        """what runs on there is fetched, as often as wanted"""
        r = self.run_there("echo y > made; sleep 100", "--detach")
        name = r.out.strip()
        time.sleep(0.5)
        r = self.on("fetch", name)
        self.assertEqual((r.code, self.read("made")), (0, "y\n"), r.err)
        self.assertEqual(self.on("stop", "-t", "0", name).code, 0)
        kit.wait_for(lambda: name not in kit.engine.containers(), 20, "its end")
