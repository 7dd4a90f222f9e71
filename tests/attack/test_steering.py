# SPDX-License-Identifier: MIT
"""Attempts of a script that starts, watches and reads for itself."""
import json
import os
import shlex
import subprocess
import time

import attack
import gpus
import kit
from screen import Screen

LAST = "Allow this? [y/N]"


class Script(attack.Attack):
    """Nothing of what is tried here existed before."""

    def script(self, *lines, name="cnnrun.lua", fields=""):
        self.write(name, 'local cnn = require "cnnrun"\nlocal door = require "cnnrun.door"\n'
                   'return cnn.profile { about = "s", action = "none", %s\nsetup = function(c, opt)\n'
                   'c:image "busybox" c:tty(false) c:command { "true" }\n%s\nend }\n' % (fields, "\n".join(lines)))

    def said(self, *lines, code=0, **more):
        self.script(*lines, fields=more.pop("fields", ""))
        r = self.attempt("./cnnrun.lua", **more)
        self.assertEqual(r.code, code, r.err)
        self.assertNoSecret(r.out, r.err)
        return r.err

    def path(self, name):
        return os.path.join(self.project, name)


class Steering(Script):
    def test_foreign_handles(self):
        """it asks for handles that it was not given: of none, of another script, of no number"""
        self.script('c:command { "echo", "of the other" }', "local h = cnn.start(c, { capture = true }) h:wait()",
                    'print "up" cnn.sleep "1h"', name="other.lua")
        p = self.start_cnnrun("./other.lua", granted=False)
        self.assertEqual(p.stderr.readline(), "up\n")
        err = self.said('for _, h in ipairs { 1, 0, -1, 99, 1e9, "1", true } do',
                        'for _, op in ipairs { "output", "lines", "state", "stop" } do',
                        "assert(not door.call(op, { handle = h }))", "end",
                        'assert(not door.call("wait", { handles = { h } }))',
                        'assert(not door.call("exec", { handle = h, command = { "true" } }))', "end",
                        'assert(not door.call("wait", { handles = {} }))', 'assert(not door.call("wait", {}))',
                        'print "held"')
        self.assertEqual(err, "held\n")

    def test_exec_by_two_names(self):
        """it names a handle of its own and a container of another project at once"""
        other = os.path.join(self.project, "other-project")
        self.write("other-project/.git/HEAD", "ref: refs/heads/main\n")
        self.write("other-project/x.lua", 'local cnn = require "cnnrun"\nreturn cnn.profile { setup = function(c)\n'
                   'c:image "busybox" c:name "steered-other" c:detach() c:command { "sleep", "1000" } end }\n')
        self.assertEqual(self.attempt("./x.lua", cwd=other).code, 0)
        self.addCleanup(kit.engine.remove, "steered-other")
        err = self.said('c:command { "sleep", "100" }', "local h = cnn.start(c, {})", 'h:state()',
                        'local r = door.call("exec", { handle = 1, container = "steered-other", command = { "hostname" }, capture = true })',
                        'door.call("wait", { handles = { r.handle } })',
                        'local text = door.call("output", { handle = r.handle, stream = 1 }).text',
                        'print(door.call("exec", { container = "steered-other", command = { "true" } }))', "print(text)")
        self.assertIn("this project has no running container 'steered-other'", err)
        theirs = kit.tool("docker", "inspect", "-f", "{{.Config.Hostname}}", "steered-other").strip()
        self.assertNotIn(theirs, err.split("\n", 1)[1])

    def test_watch_outside(self):
        """it watches what is not the project's: by "..", an absolute path, a link, a link in the middle"""
        home = os.path.dirname(self.secret)
        os.symlink(home, os.path.join(self.project, "away"))
        os.symlink("..", os.path.join(self.project, "up"))
        for path in "..", "/etc", home, "away", "up", "away/x", "a/../..", "./../x":
            err = self.said('cnn.watch("%s")' % path, code=125)
            self.assertRegex(err, "outside the project|leads out of the project", path)

    def test_watch_by_a_link_below(self):
        """a link below what it watches leads out, also one that is laid while it watches"""
        home = os.path.dirname(self.secret)
        self.write("src/x", "")
        os.symlink(home, os.path.join(self.project, "src", "early"))
        self.script('print "up"', 'for changed in cnn.watch("src", { timeout = "3s" }) do print(table.concat(changed, " ")) end')
        p = self.start_cnnrun("./cnnrun.lua", granted=False)
        self.assertEqual(p.stderr.readline(), "up\n")
        time.sleep(0.5)
        os.symlink(home, os.path.join(self.project, "src", "late"))
        time.sleep(0.5)
        for _ in range(3):
            with open(os.path.join(home, "seen"), "w") as f:
                f.write("x")
        self.assertNotIn("seen", p.stderr.read())

    def test_watch_no_project(self):
        """it watches a directory that nothing marks as a project"""
        os.unlink(self.path(".git/HEAD"))
        os.rmdir(self.path(".git"))
        self.script('cnn.watch "."', name="x.lua")
        self.assertHeld(self.attempt("./x.lua"), "no project of its own")

    def test_watch_without_end(self):
        """it opens watches and directories without end"""
        err = self.said('for i = 1, 20 do local ok, why = pcall(cnn.watch, ".") if not ok then print(why) break end end')
        self.assertIn("16 at once", err)

    def test_bound_exceeded(self):
        """it says rights = {} and asks for more: refused, and on a terminal not even asked"""
        more = 'c:network "host" print(cnn.run(c))'
        err = self.said(more, fields="rights = {},")
        self.assertIn("use the host's network", err)
        self.assertIn("beyond its own rights", err)
        s = Screen("./cnnrun.lua", uid=self.uid, cwd=self.project, granted=False)
        self.addCleanup(s.close)
        s.wait(30)
        self.assertNotIn("Allow this?", s.seen)
        self.assertIn("beyond its own rights", s.seen)
        r = self.attempt("allow", "./cnnrun.lua")
        self.assertHeld(r, "beyond its own rights")
        self.script('c:command { "true" }', more, fields='rights = { "read=/usr" },')
        self.assertHeld(self.attempt("allow", "./cnnrun.lua"), "beyond its own rights")

    def test_bound_granted_before(self):
        """what was granted once is beyond a bound that was set later"""
        self.script('c:network "host" print(cnn.run(c))')
        self.assertEqual(self.attempt("allow", "./cnnrun.lua").code, 0)
        self.assertIn("beyond its own rights", self.said('c:network "host" print(cnn.run(c))', fields="rights = {},"))

    def test_bound_in_no_words(self):
        """it sets a bound that is none, so that nothing is bounded"""
        for fields in 'rights = { "no_such" },', 'rights = { "write" },', "rights = { {} },", 'rights = { "write=/a\\0b" },', 'rights = { write = "/" },':
            self.said('c:network "host" print(cnn.run(c))', fields=fields, code=125)

    def test_unknown_in_the_plan(self):
        """it has plan and allow end before what it does when it runs; that is refused then"""
        hidden = ('local r = cnn.run(c, { capture = true })', 'if not cnn.known(r) or r.code ~= 0 then error "enough" end',
                  'c:network "host" print(cnn.run(c))')
        self.script(*hidden)
        for word in "plan", "allow":
            r = self.attempt(word, "./cnnrun.lua")
            self.assertEqual(r.code, 0, r.err)
            self.assertIn("depends on what runs", r.out + r.err)
        r = self.attempt("./cnnrun.lua")
        self.assertIn("is not allowed to use the host's network", r.err)

    def test_unknown_that_looks_known(self):
        """a value that nobody knows becomes a known one on its way into the plan"""
        for call in ("c:env('A', 'x' .. r.stdout)", "c:env('A', tostring(r.code))", "c:mount(('/%s'):format(r.stdout), '/x')",
                     "c:image('busybox:' .. r.stdout:sub(1, 3))", "c:limit { memory = r.code }", "c:command { 'echo', r.stdout }",
                     "c:env('A', table.concat({ r.stdout }))", "c:env('A', cnn.json.encode { x = r.stdout })",
                     "c:env('A', #r.stdout .. '')", "c:env('A', string.rep('x', r.code))", "c:env('A', select('#', r.stdout) .. r.code)"):
            self.script("local r = cnn.run(c, { capture = true })", call, 'cnn.run(c, { capture = true })')
            r = self.attempt("plan", "./cnnrun.lua", "--json")
            self.assertEqual(r.code, 0, "%s: %s" % (call, r.err))
            self.assertNotIn("unknown", r.out.replace("unknown to", ""), call)
            plan = self.attempt("plan", "./cnnrun.lua").out
            self.assertEqual(plan.count("busybox"), 1, "%s: %s" % (call, plan))

    def test_forged_answers(self):
        """it says by itself that its plan broke off, while it runs"""
        self.script('cnn.run(c, { capture = true })', 'door.call("plan", { plan = { version = 2, containers = {} }, on = {}, cut = "x", broken = true })')
        r = self.attempt("./cnnrun.lua")
        self.assertNotIn("depends on what runs", r.out + r.err)
        self.profile("local door = require 'cnnrun.door'", "c:network 'host'",
                     "door.call('plan', { plan = { version = 2, containers = { main = { image = { reference = 'busybox' }, network = 'host' } } }, on = {}, cut = 'x', broken = true })")
        r = self.attempt("./cnnrun.lua", "--", "echo", "ran")
        self.assertNotIn("ran\n", r.out)

    def test_flood_of_questions(self):
        """it asks without end: it is slowed down, Ctrl-C ends it, and a plan of it ends by itself"""
        self.script('print "up" while true do cnn.now() end')
        p = self.start_cnnrun("./cnnrun.lua", granted=False)
        self.assertEqual(p.stderr.readline(), "up\n")
        time.sleep(3)
        with open("/proc/%d/stat" % p.pid) as f:
            words = f.read().rsplit(")", 1)[1].split()
        before = int(words[11]) + int(words[12])
        time.sleep(1)
        with open("/proc/%d/stat" % p.pid) as f:
            words = f.read().rsplit(")", 1)[1].split()
        self.assertLess(int(words[11]) + int(words[12]) - before, 60, "ticks of the host in a second")
        p.terminate()
        p.wait(20)
        r = self.attempt("plan", "./cnnrun.lua")
        self.assertIn("asked the host more than 2000 times", r.err)

    def test_flood_of_lines(self):
        """a container prints without end while nobody reads: memory stays, and a reader is told the rest"""
        err = self.said('c:command { "sh", "-c", "yes 0123456789 | head -c 60000000; echo last" }',
                        "local h = cnn.start(c, { capture = true }) h:wait()",
                        "local last, n = nil, 0 for line in h:lines() do last, n = line, n + 1 end print(last, n < 800000)")
        self.assertEqual(err, "01234last\ttrue\n")

    def test_background_draws(self):
        """what runs beside draws on the terminal, and has an evil name"""
        self.script(r'c:command { "sh", "-c", "printf \"\\033[2J\\033]0;title\\007evil\\n\"; printf \"\\033[31mred\\n\" >&2" }',
                    r'cnn.start(c, { label = "n\27[2J\u{202e}" }):wait()', 'print "through"')
        s = Screen("./cnnrun.lua", uid=self.uid, cwd=self.project, granted=False, env={"NO_COLOR": "1"})
        self.addCleanup(s.close)
        s.wait(60)
        s.drain()
        self.assertIn("evil", s.seen)
        for bad in "\x1b[2J", "\x1b]0", "\x1b[31m", "\u202e":
            self.assertNotIn(bad, s.seen)

    def test_background_at_the_question(self):
        """what runs beside writes while the question stands; it goes on afterwards"""
        self.script('c:command { "sh", "-c", "while sleep 0.05; do echo FALSE; done" }',
                    "local h = cnn.start(c, {}) for _ in h:lines() do break end",
                    'local d = cnn.container() d:image "busybox" d:network "host" d:command { "true" }', "print(cnn.run(d))",
                    'print "then" for _ = 1, 20 do cnn.sleep "50ms" end')
        s = Screen("./cnnrun.lua", uid=self.uid, cwd=self.project, granted=False)
        self.addCleanup(s.close)
        s.see(LAST)
        subprocess.run(["sleep", "0.5"], check=True)
        while s.drain():
            pass
        self.assertEqual([line for line in s.lines() if line][-1], LAST)
        self.assertNotIn("FALSE", s.text())
        s.send("n\n")
        s.see("FALSE")
        s.wait(60)
        self.assertNothingLeft()

    def test_option_that_hides_right(self):
        """it declares an option --right, so that the line of a refusal means something else"""
        self.said("print(1)", fields='options = { right = { about = "x" } },', code=125)

    def test_cure_in_a_name(self):
        """a path that reads as more words of the line which allows it"""
        path = os.path.join(os.path.dirname(self.secret), "a --right root; touch 'x'")
        os.mkdir(path)
        os.chown(path, self.uid, self.uid)
        self.addCleanup(os.rmdir, path)
        self.script('local r = cnn.run(c, { capture = true })', "if r.code == 0 then c:mount([==[%s]==], '/x') print(cnn.run(c)) end" % path)
        r = self.attempt("./cnnrun.lua")
        words = shlex.split(r.err.split("to allow it: ")[1].split("\t")[0])
        self.assertEqual(words[3:], ["--right", "write=" + path])
        self.assertEqual(self.attempt(*words[1:]).code, 0)
        rights = json.loads(self.attempt("allow", "--list", "--json").out)
        mine = [g["rights"] for g in rights if g["path"] == self.path("cnnrun.lua")]
        self.assertEqual(mine, [[{"write": path}]])


class Many(Script):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        gpus.own_network()
        cls.machine = gpus.Machine(kit.SCRATCH)

    def test_ten_thousand(self):
        """it starts ten thousand: so many as are allowed at once run, the rest waits, all end"""
        self.script('c:gpus { count = 4, pick = "free", wait = true } c:command { "sleep", "1000" }',
                    "for i = 1, 10000 do assert(cnn.start(c, {})) end")
        self.assertEqual(self.attempt("allow", "./cnnrun.lua", env=self.machine.env).code, 0)
        p = self.start_cnnrun("./cnnrun.lua", granted=False, env=self.machine.env)

        def workers():
            out = subprocess.run(["ps", "--ppid", str(p.pid), "-o", "comm="], stdout=subprocess.PIPE, text=True, check=False)
            return out.stdout.count("cnnrun")
        kit.wait_for(lambda: workers() >= 64, 120, "the sixty-four")
        time.sleep(2)
        self.assertLessEqual(workers(), 66)
        p.terminate()
        p.communicate(timeout=120)
        self.assertNothingLeft(60)
