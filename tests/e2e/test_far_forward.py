# SPDX-License-Identifier: MIT
"""Published ports of an engine behind ssh answer here."""
import contextlib
import os
import signal
import socket
import urllib.request

import far_kit
import kit

SERVE = ("sh", "-c", "mkdir /tmp/w; echo served there >/tmp/w/index.html; exec httpd -f -p 8080 -h /tmp/w")


def get(port, host="127.0.0.1"):
    with contextlib.suppress(OSError), urllib.request.urlopen("http://%s:%d/" % (host, port), timeout=5) as r:
        return r.read().decode()
    return None


def listens(port, host="127.0.0.1"):
    with contextlib.suppress(OSError), socket.create_connection((host, port), 1):
        return True
    return False


class Ports(far_kit.Ways):
    def serve(self, port):
        self.granted('c:port "%d:8080"' % port)
        p = self.begin("./cnnrun.lua", "--", *SERVE)
        self.assertEqual(kit.wait_for(lambda: get(port), 60, "an answer"), "served there\n")
        return p

    def test_port(self):
        """one answers here while it runs; over there it is another, on the loopback alone"""
        port = far_kit.free_port()
        p = self.serve(port)
        (there,) = kit.engine.inspect(self.new_container())["NetworkSettings"]["Ports"]["8080/tcp"]
        self.assertEqual(there["HostIp"], "127.0.0.1")
        self.assertNotEqual(int(there["HostPort"]), port)
        p.terminate()
        p.wait(30)
        self.assertFalse(listens(port))

    def test_chosen(self):
        """a port that nobody chose is said; a range, and the other loopback"""
        self.granted("c:port { container = 8080, host = 0 }")
        p = self.begin("./cnnrun.lua", "--", *SERVE)
        words = p.stderr.readline()
        self.assertRegex(words, r"^cnnrun: port 8080 of the container is 127\.0\.0\.1:[0-9]+ here\n")
        port = int(words.split(":")[-1].split()[0])
        self.assertEqual(kit.wait_for(lambda: get(port), 60, "an answer"), "served there\n")
        p.terminate()
        p.wait(30)
        one = far_kit.free_port()
        self.granted('c:port "[::1]:%d-%d:8080-8081"' % (one, one + 1))
        p = self.begin("./cnnrun.lua", "--", *SERVE)
        self.assertEqual(kit.wait_for(lambda: get(one, "[::1]"), 60, "an answer"), "served there\n")
        self.assertFalse(listens(one))
        self.assertTrue(listens(one + 1, "::1"))
        p.terminate()
        p.wait(30)

    def test_service(self):
        """a service's port is led to as well"""
        port = far_kit.free_port()
        self.granted('c:service("web", function(s) s:image "busybox"; s:user { uid = 12, gid = 12 }',
                     's:port "%d:8080"' % port,
                     "s:command { %s } end)" % ", ".join('"%s"' % w for w in SERVE))
        p = self.begin("./cnnrun.lua", "--", "sleep", "100")
        self.assertEqual(kit.wait_for(lambda: get(port), 60, "an answer"), "served there\n")
        p.terminate()
        p.wait(30)
        self.assertFalse(listens(port))

    def test_detached(self):
        """a detached one's stays until its end, also when the connection was lost meanwhile"""
        port = far_kit.free_port()
        self.granted('c:port "%d:8080"' % port, "c:detach()")
        r = self.on("./cnnrun.lua", "--", *SERVE)
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(kit.wait_for(lambda: get(port), 60, "an answer"), "served there\n")
        self.unplug()
        kit.wait_for(lambda: not listens(port), 20, "its end")
        self.plug()
        self.assertEqual(kit.wait_for(lambda: get(port), 60, "an answer"), "served there\n")
        self.assertEqual(self.on("stop", "-t", "0", r.out.strip()).code, 0)
        kit.wait_for(lambda: not listens(port), 20, "its end")

    def test_box(self):
        """a box's is the other machine's, since it stays; the line that leads there is said, and works"""
        port = far_kit.free_port()
        self.granted('c:port "%d:8080"' % port, "c:box()")
        r = self.on("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        line = "ssh box -N -L 127.0.0.1:%d:127.0.0.1:%d" % (port, port)
        self.assertIn("to have it here: %s\n" % line, r.err)
        (name,) = kit.engine.containers()
        self.assertEqual(self.on("stop", "-t", "0", name).code, 0)
        self.assertEqual(self.on("clean", "--boxes").code, 0)

    def test_taken(self):
        """one that is taken here is named before anything is made; over there none can be"""
        with socket.create_server(("127.0.0.1", 0)) as s:
            port = s.getsockname()[1]
            self.granted('c:port "%d:8080"' % port)
            r = self.on("./cnnrun.lua", "--", "true")
            self.assertEqual(r.code, 125)
            self.assertRegex(r.err, r"\Acnnrun: error: port %d of this machine is taken; take another, or end what has "
                             r"it: ss -lntup sport = :%d\n\Z" % (port, port))
            self.granted('c:port "%d-%d:8080"' % (port, port))
            self.assertIn("of this machine is", self.on("./cnnrun.lua", "--", "true").err)

    def test_killed(self):
        """whoever is killed, it ends: the launcher; the launcher and its janitor, at the next start"""
        port = far_kit.free_port()
        p = self.serve(port)
        p.kill()
        kit.wait_for(lambda: not listens(port), 20, "its end")
        kit.wait_for(lambda: not kit.engine.containers(), 20, "the container's end")
        other = self.begin("./cnnrun.lua", "--", "sleep", "100", where="ssh://box")  # keeps the login
        kit.wait_for(lambda: listens(port), 30, "the other's")
        name = self.new_container()
        first = self.janitor()
        p = self.start_another()
        os.kill(p.pid, signal.SIGSTOP)
        for pid in kit.processes() - self.before["processes"]:
            with contextlib.suppress(OSError), open("/proc/%d/comm" % pid) as f:
                if f.read().strip() == "cnnrun-janitor" and pid != first:
                    os.kill(pid, signal.SIGKILL)
        p.kill()
        self.assertTrue(listens(self.second))  # the other's login has it yet
        self.profile("c:user { uid = 12, gid = 12 }")
        self.allow("./cnnrun.lua")
        self.assertEqual(self.on("./cnnrun.lua", "--", "true").code, 0)
        kit.wait_for(lambda: not listens(self.second), 20, "its end")
        self.assertIn(name, kit.engine.containers())
        other.terminate()
        other.wait(30)

    def start_another(self):
        self.second = far_kit.free_port()
        self.granted('c:port "%d:80"' % self.second)
        p = self.begin("./cnnrun.lua", "--", "sleep", "100")
        kit.wait_for(lambda: listens(self.second), 60, "its port")
        return p

    def test_master(self):
        """the login is killed: the run ends, and its port; the next one has it again"""
        port = far_kit.free_port()
        p = self.serve(port)
        for pid in self.masters():
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(p.wait(60), 125)
        kit.wait_for(lambda: not listens(port), 20, "its end")
        p = self.serve(port)
        p.terminate()
        p.wait(30)


class Said(far_kit.Ways):
    def refused(self, call, *words, where="ssh://box"):
        """In one line; plan says it too, and that needs no engine."""
        self.profile(call)
        if where == "ssh://box":
            r = self.on("./cnnrun.lua", "--", "true", where=where)
            self.assertEqual(r.code, 125, r.out)
            self.assertRegex(r.err, r"\Acnnrun: error: cnnrun\.lua:6: [^\n]*\n\Z")
            for word in words:
                self.assertIn(word, r.err)
        r = self.on("plan", "./cnnrun.lua", where=where)
        for word in words:
            self.assertIn(word, r.out)

    def test_refused(self):
        """what ssh does not carry, and what TLS does not"""
        self.refused('c:port "53:53/udp"', "ssh leads to ports of TCP only", "0.0.0.0:53:53/udp")
        self.refused('c:xhost "user"', "c:display() leads there without it")
        self.refused('c:display "xhost"', "c:display() leads there without it")
        for where in "tcp://127.0.0.1:1", "http://127.0.0.1:1":
            self.refused('c:port "8080:80"', "port 8080 is this machine's", "reach it by ssh://", where=where)
            self.refused("c:display()", "the X display is this machine's", "reach it by ssh://", where=where)

    def test_other_address(self):
        """one with an address of its own is the other machine's, as it says"""
        port = far_kit.free_port()
        self.granted('c:port "0.0.0.0:%d:8080"' % port)
        r = self.on("plan", "./cnnrun.lua")
        self.assertNotIn("by ssh", r.out)
        p = self.begin("./cnnrun.lua", "--", *SERVE)
        kit.wait_for(lambda: get(port), 60, "an answer")
        (there,) = kit.engine.inspect(self.new_container())["NetworkSettings"]["Ports"]["8080/tcp"][:1]
        self.assertEqual((there["HostIp"], there["HostPort"]), ("0.0.0.0", str(port)))
        p.terminate()
        p.wait(30)

    def test_taken_there(self):
        """one that is taken over there is said to be so over there"""
        with socket.create_server(("0.0.0.0", 0)) as s:
            self.granted('c:port "0.0.0.0:%d:8080"' % s.getsockname()[1])
            r = self.on("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, r"\Acnnrun: error: at ssh://box: port [0-9]+ of this machine is taken; [^\n]*\n\Z")

    def test_plan(self):
        """plan says which way each of them goes"""
        self.profile('c:port "8080:80"', "c:port { container = 90, host = 0 }", "c:display()")
        r = self.on("plan", "./cnnrun.lua")
        self.assertEqual(r.code, 0, r.err)
        self.assertRegex(r.out, r"(?m)^ways +port 8080 here -> 80 there, by ssh$")
        self.assertRegex(r.out, r"(?m)^ +port a free one here -> 90 there, by ssh$")
        self.assertRegex(r.out, r"(?m)^display +:[0-9.]+, by a cookie made for this run, this machine's, by ssh$")
        r = self.on("plan", "./cnnrun.lua", "--docker")
        self.assertIn("port 8080 leads there by ssh", r.out)
        self.assertNotIn("xhost", r.out)


if __name__ == "__main__":
    import unittest
    unittest.main()
