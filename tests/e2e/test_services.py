# SPDX-License-Identifier: MIT
"""Containers beside the main one: made, ready in order, found by name, gone with it."""
import json
import os
import signal

import kit
from engine_api import engine
from pty_session import Session

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


def service(name, script, *more):
    return 'c:service("%s", function(s) s:image "busybox"; s:command { "sh", "-c", [[%s]] } %s end)' % (
        name, script, "; ".join(more))


class Services(kit.Case):
    uid = kit.USER

    def run_fails(self, *calls, code=125):
        self.profile(*calls)
        r = self.run_cnnrun("./cnnrun.lua", "--", "echo", "main ran")
        self.assertEqual((r.code, r.out), (code, ""), r.err)
        return r.err

    def test_names(self):
        """each is found by its name, once the ones it is after are ready"""
        self.profile(WEB, DB)
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c",
                            "wget -qO- http://web:8080/; ping -c1 -W1 db | head -1")
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("hi\n", r.out)
        self.assertIn("PING db (", r.out)
        self.assertIn("db  | it is up\n", r.err)
        self.assertNotIn("|", r.out)

    def test_order(self):
        """a service starts when those it is after are ready, and free ones start at once"""
        for name in "a", "b", "c":
            os.makedirs(os.path.join(self.project, "d"), exist_ok=True)
        os.chown(os.path.join(self.project, "d"), self.uid, self.uid)
        mount = 's:mount("d", "/d")'
        self.profile(service("a", "sleep 1; touch /d/a; echo up; exec sleep 100", mount, 's:ready { log = "up" }'),
                     service("b", "touch /d/b; exec sleep 100", mount),
                     service("c", "ls /d; echo listed; exec sleep 100", mount, 's:after { "a", "b" }',
                             's:ready { log = "listed" }'))
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual([line for line in r.err.split("\n") if line.startswith("c |")],
                         ["c | a", "c | b", "c | listed"])

    def test_never_ready(self):
        """one that never is ready: its output, what was waited for, the cure; nothing stays"""
        said = self.run_fails(DB, service("slow", "echo waiting for rain; exec sleep 1000",
                                          's:ready { port = 5432, timeout = "1s", interval = "100ms" }'))
        self.assertIn("slow | waiting for rain\n", said)
        self.assertIn("error: service slow was not ready within 1 s (port 5432)", said)
        self.assertIn('s:ready { timeout = "4s" }', said)

    def test_command_never_ready(self):
        """the last words of a command that tries are told"""
        said = self.run_fails(service("db", "exec sleep 1000",
                                      's:ready { command = "echo no rain yet; exit 1", timeout = 1 }'))
        self.assertIn("no rain yet", said)

    def test_dies(self):
        """one that ends before it is ready, with its status"""
        said = self.run_fails(service("db", "echo my disk is gone; exit 3", 's:ready { log = "up" }'))
        self.assertIn("db | my disk is gone\n", said)
        self.assertIn("error: service db ended with status 3 before it was ready", said)

    def test_quiet(self):
        """where no output is shown, the last of it is when it fails"""
        self.profile(service("db", "echo my disk is gone; exit 3", 's:ready { log = "up" }'))
        r = self.run_cnnrun("./cnnrun.lua", "-q", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("db | my disk is gone\n", r.err)

    def test_no_program(self):
        """one whose program is missing is named"""
        said = self.run_fails('c:service("db", function(s) s:image "busybox"; s:command "postgres" end)')
        self.assertIn("service db: the image busybox has no program postgres", said)

    def test_no_image(self):
        """so is one whose image cannot be had"""
        said = self.run_fails('c:service("db", function(s) s:image("nosuch.invalid/x", { pull = "never" }) end)')
        self.assertIn("there is no image nosuch.invalid/x here", said)

    def test_circle(self):
        """services that wait for each other are refused at the plan"""
        self.profile(service("a", "true", 's:after "b"'), service("b", "true", 's:after "a"'))
        r = self.run_cnnrun("plan", "./cnnrun.lua")
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, r"cnnrun.lua:\d+: service [ab] waits, by after, for one that waits for it")

    def test_ends_meanwhile(self):
        """one that ends while the main container runs is told"""
        self.profile(service("db", "echo up; sleep 1; exit 4", 's:ready { log = "up" }'))
        r = self.run_cnnrun("./cnnrun.lua", "--", "sleep", "3")
        self.assertEqual(r.code, 0)
        self.assertIn("service db has ended with status 4", r.err)

    def test_health_check(self):
        """without a word on it, the image's own health check says when"""
        kit.tool("docker", "build", "-q", "-t", "healthy", "-", input="FROM busybox\n"
                 "HEALTHCHECK --interval=1s CMD test -e /tmp/up\n"
                 'CMD ["sh", "-c", "sleep 1; echo made; touch /tmp/up; exec sleep 1000"]\n')
        self.profile('c:service("db", function(s) s:image "healthy"; s:ready { interval = 0.2 } end)')
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("db | made\n", r.err)

    def test_two_at_once(self):
        """two launches of one profile do not see each other's services"""
        self.profile(DB)
        first = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", "echo here; cat; ping -c1 -W1 db | head -1")
        self.assertEqual(first.stdout.readline(), "here\n")
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", "ping -c1 -W1 db | head -1")
        self.assertEqual(r.code, 0, r.err)
        out, err = first.communicate(timeout=60)
        self.assertEqual(first.returncode, 0, err)

    def test_end(self):
        """at the end they are asked to end, all at once, by their own signal"""
        trap = "trap 'echo bye; exit 0' %s; echo up; while :; do sleep 0.1; done"
        self.profile(service("a", trap % "TERM", 's:ready { log = "up" }'),
                     service("b", trap % "USR1", 's:ready { log = "up" }', 's:stop { signal = "SIGUSR1" }'),
                     service("c", "trap '' TERM; echo up; while :; do sleep 0.1; done",
                             's:ready { log = "up" }', "s:stop { timeout = 1 }"))
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("a | bye\n", r.err)
        self.assertIn("b | bye\n", r.err)

    def test_escapes(self):
        """what a service prints cannot move the cursor"""
        self.profile(service("db", r"printf '\033[2Jx\033]0;y\007\r\nup\n'; exec sleep 100",
                             's:ready { log = "up" }'))
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        self.assertNotIn("\033", r.err)

    def test_steered(self):
        """cnn.run has services too, and captures the main container's output alone"""
        self.write("cnnrun.lua", 'local cnn = require "cnnrun"\n'
                   'return cnn.profile { action = "none", setup = function()\nlocal c = cnn.container()\n'
                   'c:image "busybox"\n%s\nc:command("sh", "-c", "ping -c1 -W1 db | head -1")\n'
                   'local r = assert(cnn.run(c, { capture = true }))\nassert(r.code == 0 and r.stdout:find "^PING db %%(" and not r.stdout:find "|")\nend }\n' % DB)
        r = self.run_cnnrun("./cnnrun.lua")
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("db | it is up\n", r.err)


class Surroundings(kit.Case):
    """What else there is to do with services."""
    uid = kit.USER

    def test_detached(self):
        """in the background: ps, logs and exec know NAME/SERVICE; all ends with the main one"""
        self.profile(DB)
        r = self.run_cnnrun("./cnnrun.lua", "--detach", "--name", "box", "--", "sleep", "1000")
        self.assertEqual((r.code, r.out), (0, "box\n"), r.err)
        self.assertEqual(set(self.run_cnnrun("ps", "--names").out.split()), {"box", "box/db"})
        self.assertEqual(self.run_cnnrun("logs", "box/db").out, "begun\nit is up\n")
        self.assertEqual(self.run_cnnrun("exec", "box/db", "--", "hostname").out, "db\n")
        self.assertEqual(self.run_cnnrun("exec", "--", "hostname").out, "box\n")  # the main one
        self.assertIn("has no container 'box/web'", self.run_cnnrun("logs", "box/web").err)
        self.assertEqual(self.run_cnnrun("stop", "-t", "0", "box").code, 0)
        self.assertNothingLeft()

    def test_kept(self):
        """a main container that is kept keeps no services"""
        self.profile(DB)
        r = self.run_cnnrun("./cnnrun.lua", "--keep", "--name", "box", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        self.addCleanup(engine.remove, "box")
        self.assertEqual([n for n in engine.containers() if n.startswith("box")], ["box"])
        self.assertNotIn("box-services", engine.networks())
        self.assertEqual(self.run_cnnrun("clean").code, 0)

    def test_terminal(self):
        """on a terminal they are seen until the program has it, and the log goes on"""
        self.profile(service("db", "echo up; sleep 2; echo later; exec sleep 1000", 's:ready { log = "up" }'))
        s = Session("./cnnrun.lua", "--name", "box", "--", "sh", "-c", "echo mine; read x", uid=self.uid,
                    cwd=self.project)
        self.addCleanup(s.close)
        self.assertRegex(s.expect("mine"), r"db \|\S* up\r\n")
        kit.wait_for(lambda: "later" in self.run_cnnrun("logs", "box/db").out, 20)
        s.send("\r")
        self.assertEqual(s.wait(30), 0)
        s.drain()
        self.assertNotIn("later", s.seen)

    def test_host_network(self):
        """in the host's network it finds their published ports under their names"""
        self.profile(WEB.replace('s:after "db"', "s:port { container = 8080, host = 18573 }"), 'c:network "host"')
        r = self.run_cnnrun("./cnnrun.lua", "--", "wget", "-qO-", "http://web:18573/")
        self.assertEqual((r.code, r.out), (0, "hi\n"), r.err)

    def test_rights(self):
        """the rights are those of all, and a plan says whose they are"""
        self.profile(service("db", "true", 's:mount("/etc", "/e", { readonly = true })', 's:env { A_TOKEN = "hunter2hunter2" }'))
        r = self.run_cnnrun("./cnnrun.lua", granted=False)
        self.assertEqual(r.code, 125)
        self.assertIn("/etc", r.err)
        r = self.run_cnnrun("plan", "./cnnrun.lua")
        self.assertRegex(r.out, "(?s)These containers can:\n.*/etc.*Of these the service db has, and the "
                                "main container has not:\n.*/etc")
        r = self.run_cnnrun("plan", "./cnnrun.lua", "--json")
        self.assertNotIn("hunter2hunter2", r.out)
        self.assertEqual(json.loads(r.out)["rights_of"], {"main": [], "db": [{"read": "/etc"}]})

    def test_docker_lines(self):
        """plan --docker gives lines that a shell runs, network and all"""
        self.profile(DB, 'c:command("sh", "-c", "ping -c1 -W1 db | head -1")', 'c:user "host"')
        lines = self.run_cnnrun("plan", "./cnnrun.lua", "--docker").out.replace("--interactive", "")
        out = kit.tool("sh", "-ec", lines)
        self.assertIn("PING db (", out)

    def kill(self, *what):
        self.profile(DB, WEB)
        p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", "echo up; exec sleep 1000")
        self.assertEqual(p.stdout.readline(), "up\n")
        janitors = [j for j in kit.processes() - self.before["processes"] if j != p.pid]
        for pid in janitors if "janitor" in what else []:
            os.kill(pid, signal.SIGKILL)
        if "launcher" in what:
            p.kill()
        else:
            p.terminate()
        p.communicate(timeout=60)

    def test_launcher_killed(self):
        """the janitor takes all back, the network last"""
        self.kill("launcher")
        self.assertNothingLeft()

    def test_janitor_killed(self):
        """another janitor has its place"""
        self.kill("janitor")
        self.assertNothingLeft()

    def test_both_killed(self):
        """the next start sweeps"""
        self.kill("janitor", "launcher")
        self.assertTrue(self.left())
        self.profile(name="next.lua")
        self.assertEqual(self.run_cnnrun("./next.lua", "--", "true").code, 0)
        self.assertNothingLeft()

    def test_killed_while_waiting(self):
        """whoever is asked to end while a service is not ready yet"""
        for how in signal.SIGTERM, signal.SIGINT, signal.SIGKILL:
            self.profile(service("db", "echo up; exec sleep 1000", 's:ready { log = "never" }'))
            p = self.start_cnnrun("./cnnrun.lua", "--", "true")
            while p.stderr.readline() != "db | up\n":
                pass
            p.send_signal(how)
            p.communicate(timeout=60)
            self.assertNothingLeft()
