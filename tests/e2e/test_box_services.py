# SPDX-License-Identifier: MIT
"""Services of a box: made with it, started with it, gone with it."""
import os
import signal
import time

import kit
from box_kit import Box
from engine_api import engine

DB = """c:service("db", function(s)
s:image "busybox"; s:mount(".", "/w")
s:command { "sh", "-c", "echo up >> /w/db; sleep 0.5; mkdir /tmp/w; echo %s > /tmp/w/index.html; exec httpd -f -p 8080 -h /tmp/w" }
s:ready { http = "/index.html", port = 8080, interval = "100ms" }
end)"""
WEB = """c:service("web", function(s)
s:image "busybox"; s:after "db"; s:mount(".", "/w")
s:command { "sh", "-c", "wget -qO- http://db:8080 >> /w/web && exec sleep 1000" }
end)"""
GET = "wget -qO- http://db:8080/"


class Beside(Box, kit.Case):
    def services(self):
        names = [n for n in self.boxes() if n.endswith(("-db", "-web"))]
        return {n.rsplit("-", 1)[1]: engine.inspect(n) for n in names}

    def the_box(self):
        [name] = [n for n in self.boxes() if not n.endswith(("-db", "-web"))]
        return name

    def networks(self):
        return [n for n in engine.networks() if n not in ("bridge", "host", "none")]

    def file(self, name):
        with open(os.path.join(self.project, name)) as f:
            return f.read()

    def remove_boxes(self):
        super().remove_boxes()
        for n in self.networks():
            engine.call("DELETE", "/networks/" + n)

    def with_services(self, *calls, says="hi"):
        self.project_box(WEB, DB % says, *calls)

    def test_made_once(self):
        """they are ready before the box is prepared, and every run finds the same ones"""
        self.with_services("c:prepare { 'sh', '-c', '%s > /w/prepared' }" % GET)
        self.assertEqual(self.enter(GET), "hi\n")
        self.assertEqual(self.file("prepared"), "hi\n")
        first = self.services()
        self.assertEqual(set(first), {"db", "web"})
        self.assertEqual(self.enter(GET), "hi\n")
        self.assertEqual({n: s["Id"] for n, s in self.services().items()},
                         {n: s["Id"] for n, s in first.items()})
        self.assertEqual(self.file("db"), "up\n")
        box = self.the_box()
        self.assertEqual(first["db"]["Name"], "/" + box + "-db")
        listed = kit.cnnrun("ps", uid=self.uid).out
        self.assertIn(box + "/db", listed)
        self.assertEqual(kit.cnnrun("exec", box + "/db", "cat", "/tmp/w/index.html", uid=self.uid).out, "hi\n")

    def test_stop_and_start(self):
        """stop ends them too; a run, start and enter start them in their order, until they are ready"""
        self.with_services()
        self.enter("true")
        box = self.the_box()
        for n, again in enumerate((lambda: self.enter(GET),
                                   lambda: kit.cnnrun("start", box, uid=self.uid).out,
                                   lambda: kit.cnnrun("enter", box, "sh", "-c", GET, uid=self.uid).out), 2):
            r = kit.cnnrun("stop", "-t", "1", box, uid=self.uid)
            self.assertEqual(r.code, 0, r.err)
            self.assertEqual([s["State"]["Running"] for s in self.services().values()], [False] * 2)
            self.assertIn(again(), ("hi\n", box + "\n"))
            self.assertEqual([s["State"]["Running"] for s in self.services().values()], [True] * 2)
            self.assertEqual(self.file("web"), "hi\n" * n)
            self.assertEqual(self.enter(GET), "hi\n")

    def test_one_died(self):
        """one that has died is started again by the next run"""
        self.with_services()
        self.enter("true")
        engine.call("POST", "/containers/%s/kill" % self.services()["db"]["Id"])
        self.assertEqual(self.enter(GET), "hi\n")
        self.assertEqual(self.file("web"), "hi\n")

    def test_one_is_gone(self):
        """one that was removed is said"""
        self.with_services()
        self.enter("true")
        engine.remove(self.services()["web"]["Id"])
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 0)
        self.assertIn("has no service web any more; --fresh makes it anew", r.err)

    def test_changed(self):
        """a change of a service is one of the profile; --fresh makes all anew"""
        self.with_services()
        self.enter("true")
        first, [network] = self.services(), self.networks()
        self.with_services(says="ho")
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", GET)
        self.assertEqual(r.out, "hi\n", r.err)
        self.assertIn("the profile has changed since the box", r.err)
        r = self.run_cnnrun("./cnnrun.lua", "--fresh", "--", "sh", "-c", GET)
        self.assertEqual(r.out, "ho\n", r.err)
        second = self.services()
        self.assertEqual(set(second), {"db", "web"})
        self.assertNotEqual(second["db"]["Id"], first["db"]["Id"])
        self.assertEqual(len(self.networks()), 1)
        self.assertNotEqual(self.networks(), [network])

    def test_clean(self):
        """clean leaves them with their box, and takes them with it"""
        self.with_services()
        self.enter("true")
        box = self.the_box()
        kit.cnnrun("stop", "-t", "1", box, uid=self.uid)
        r = kit.cnnrun("clean", uid=self.uid)
        self.assertNotIn("removed container", r.out)
        self.assertEqual(len(self.boxes()), 3)
        r = kit.cnnrun("clean", "--boxes", uid=self.uid)
        self.assertEqual((r.code, self.boxes(), self.networks()), (0, [], []), r.err)

    def test_box_removed_by_others(self):
        """clean takes away what docker rm left of a box"""
        self.with_services()
        self.enter("true")
        engine.remove(self.the_box())
        r = kit.cnnrun("clean", uid=self.uid)
        self.assertEqual((r.code, self.boxes(), self.networks()), (0, [], []), r.err)

    def test_never_ready(self):
        """one that never is ready: no box, nothing left"""
        self.project_box('c:service("db", function(s) s:image "busybox"; s:command { "sleep", "1000" };'
                         's:ready { port = 1, timeout = "0.5s" } end)')
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("service db was not ready within", r.err)
        self.assertEqual((self.boxes(), self.networks()), ([], []))

    def test_killed_while_making(self):
        """whoever is killed while he makes them leaves none, and the next one makes them"""
        self.with_services("c:prepare 'touch /w/begun; sleep 1000'")
        self.run_cnnrun("allow", "./cnnrun.lua")
        p = self.start_cnnrun("./cnnrun.lua", "--", "true")
        begun = os.path.join(self.project, "begun")
        kit.wait_for(lambda: os.path.exists(begun))
        p.send_signal(signal.SIGKILL)
        p.communicate()
        kit.wait_for(lambda: not self.boxes() and not self.networks(), 30)
        self.with_services()
        self.assertEqual(self.enter(GET), "hi\n")

    def test_background(self):
        """--detach makes the box with its services; at once they can be used"""
        self.with_services()
        r = self.run_cnnrun("./cnnrun.lua", "--detach")
        self.assertEqual(r.out, self.the_box() + "\n", r.err)
        begin = time.monotonic()
        self.assertEqual(self.enter(GET), "hi\n")
        self.assertLess(time.monotonic() - begin, 20)
