# SPDX-License-Identifier: MIT
"""What a script may do: several containers at once, their output, their ends, and what of it
can be planned and allowed."""
import re
import shlex
import signal
import time

import kit
from pty_session import Session


class Steering(kit.Case):
    uid = kit.USER

    def script(self, *lines, name="cnnrun.lua", fields="", image="busybox"):
        self.write(name, 'local cnn = require "cnnrun"\nreturn cnn.profile { about = "s", action = "none", %s\n'
                   'setup = function(c, opt)\nc:image "%s" c:tty(false)\n%s\nend }\n' % (fields, image, "\n".join(lines)))

    def said(self, *lines, code=0, **more):
        """What a script says that needs no grant."""
        fields = more.pop("fields", "")
        self.script(*lines, fields=fields)
        r = self.run_cnnrun("./cnnrun.lua", granted=False, **more)
        self.assertEqual(r.code, code, r.err)
        self.assertNothingLeft()
        self.out = r.out
        return r.err

    SH = 'local function sh(text, opts) c:command { "sh", "-c", text } return assert(cnn.start(c, opts)) end'

    def test_at_once(self):
        """each of three waits for the other two: they run at the same time"""
        self.write("meet/x", "")
        err = self.said('c:mount("meet", "/meet")', self.SH, "local hs = {}",
                        'for i = 1, 3 do hs[i] = sh(("touch /meet/%d; until [ -e /meet/1 -a -e /meet/2 -a -e /meet/3 ];'
                        ' do sleep 0.1; done"):format(i), { timeout = "60s" }) end',
                        'for _, r in ipairs(cnn.all(hs)) do print(r.code, r.timed_out) end')
        self.assertEqual(err, "0\tfalse\n" * 3)

    def test_jobs(self):
        """jobs = 2: the third begins when one of two has ended"""
        self.write("log/x", "")
        self.said('c:mount("log", "/log")', self.SH, "local hs = {}",
                  'for i = 1, 4 do hs[i] = sh("echo begin >> /log/all; sleep 1; echo end >> /log/all", { jobs = 2 }) end',
                  "cnn.all(hs)")
        with open(self.project + "/log/all") as f:
            running = most = 0
            for line in f:
                running += 1 if line == "begin\n" else -1
                most = max(most, running)
        self.assertEqual((most, running), (2, 0))

    def test_results(self):
        """a result says how it went"""
        err = self.said('c:command { "sh", "-c", "echo out; echo err >&2; exit 3" }',
                        "local r = cnn.run(c, { capture = true })",
                        'print(r.code, r.oom, r.timed_out, r.truncated, r.seconds > 0, r.digest:match "^sha256:" ~= nil)',
                        'print(r.stdout .. r.stderr)')
        self.assertEqual(err, "3\tfalse\tfalse\tfalse\ttrue\ttrue\nout\nerr\n\n")
        self.assertEqual(self.out, "")

    def test_oom_of_a_child(self):
        """want of memory is the engine's word, whatever the status; a KILL is not it"""
        err = self.said('c:limit { memory = "32m", swap = "32m" }',
                        'c:command { "sh", "-c", "head -c 100m /dev/zero | tail -n 1 > /dev/null; exit 5" }',
                        "local r = cnn.run(c, { capture = true })", "print(r.code, r.oom)",
                        'c:command { "sh", "-c", "kill -9 $$" } r = cnn.run(c, { capture = true })', "print(r.code, r.oom)")
        self.assertRegex(err, "^(5|137)\ttrue\n137\tfalse\n$")

    def test_bytes(self):
        """bytes stay bytes: NUL, 0xff, what is no UTF-8, and no newline at the end"""
        err = self.said(r'c:command { "printf", "a\\000b\\377c\\200\\303\\n\\377\\060" }',
                        "local r = cnn.run(c, { capture = true })",
                        r'print(r.stdout == "a\0b\xffc\x80\xc3\n\xff0", #r.stdout)',
                        "local h = cnn.start(c, { capture = true }) local n = 0 for line in h:lines() do n = n + #line end print(n)")
        self.assertEqual(err, "true\t10\n9\n")

    def test_more_than_is_kept(self):
        """of 20 MiB the last 8 are kept, and it says so; the status is there"""
        err = self.said('c:command { "sh", "-c", "head -c 20971520 /dev/zero | tr \'\\\\000\' x; echo end; exit 4" }',
                        "local r = cnn.run(c, { capture = true })",
                        'print(r.code, r.truncated, #r.stdout, r.stdout:sub(-5))')
        self.assertEqual(err, "4\ttrue\t8388608\txend\n\n")

    def test_lines_while_it_runs(self):
        """lines come while it runs; logs has what came so far, state how it is"""
        err = self.said(self.SH, 'local h = sh("echo one; echo two >&2; read x; echo $x", { capture = true, input = "" })',
                        "for line, stream in h:lines() do print(line, stream) end", "print(h:state(), h:wait().code)",
                        'h = sh("echo up; sleep 100", { label = "x" })',
                        'for line in h:lines() do print(line, h:state()) break end',
                        'print(h:logs())', "print(h:stop().code, h:state())")
        self.assertIn("one\tstdout\n", err)
        self.assertIn("two\tstderr\n", err)
        self.assertIn("\nended\t", err)  # which of the two streams came last is the engine's
        self.assertTrue(err.endswith("up\trunning\nup\n\t\n143\tended\n"), err)
        self.assertEqual(self.out, "x | up\n")

    def test_prefixes(self):
        """what is not captured is shown whole lines at a time, with a name before it"""
        self.said(self.SH, 'c:name("called-" .. 1)', 'sh("echo a; printf b", {}):wait()', 'c = cnn.container() c:image "busybox"',
                  'sh("echo c >&2", { label = "L" }):wait()')
        self.assertEqual(self.out, "called-1 | a\ncalled-1 | b\n")

    def test_timeout(self):
        """timeout ends what heeds no TERM; a wait that is over leaves it running"""
        err = self.said(self.SH, 'local h = sh("trap : TERM; while :; do sleep 0.1; done", { timeout = "1s" })',
                        'local r, why, code = h:wait { timeout = "100ms" }', "print(r, why, code)",
                        "r = h:wait() print(r.code, r.timed_out, r.seconds < 20)")
        self.assertEqual(err, "nil\tthe time is over, and it still runs\t110\n137\ttrue\ttrue\n")

    def test_exec(self):
        """a command in what was started, as soon as it runs; not in what has ended"""
        err = self.said(self.SH, 'local h = sh("sleep 100", {})', 'local r = h:exec({ "sh", "-c", "hostname; exit 2" }, { capture = true })',
                        "print(r.code, #r.stdout > 1)", "h:stop()", 'print(h:exec { "true" })')
        self.assertRegex(err, r"^2\ttrue\nnil\tcnn.exec: \S+ has ended\t2\n$")

    def test_name_taken(self):
        """two at once by one name, the first of which is only being made: one has it; a failure's code is a status"""
        err = self.said("c:name 'kit-one' c:command { 'sleep', '1' }", "local one, two = cnn.start(c), cnn.start(c)",
                        "for _, h in ipairs { one, two } do local r, why = h:wait() print(r and r.code or why) end",
                        "c:name 'kit-two' c:image 'localhost:1/nosuch' print((select(3, cnn.build(c))))")
        one, other = sorted(err.splitlines()[:2])
        self.assertEqual((one, err.splitlines()[2:]), ("0", ["125"]), err)
        self.assertRegex(other, "^the name kit-one is taken, by a container [^;]*; ")

    def test_detached(self):
        """a detached container goes on; its handle knows the real end"""
        name = "steered-detached"
        self.addCleanup(kit.engine.remove, name)
        err = self.said('c:detach() c:command { "sh", "-c", "echo hello; sleep 2; exit 6" }',
                        "local h = assert(cnn.start(c)) print(h:wait().code, (h:logs()))")
        self.assertEqual(err, "6\thello\n\n")
        self.script('c:detach() c:name "%s" c:command { "sleep", "1000" }' % name,
                    "local r = cnn.run(c) print(r.detached, r.code)")
        r = self.run_cnnrun("./cnnrun.lua")
        self.assertEqual((r.out, r.err), (name + "\n", "true\t0\n"))
        self.assertEqual(kit.engine.containers()[name]["State"], "running")

    def test_exit_of_detached(self):
        """on("exit") of a detached run is not called at once"""
        self.profile("c:detach()", 'c:name "steered-exit"', 'c:on("exit", function() print "exit" end)',
                     'c:command { "sleep", "1000" }')
        self.addCleanup(kit.engine.remove, "steered-exit")
        r = self.run_cnnrun("./cnnrun.lua")
        self.assertEqual((r.code, r.err), (0, ""))

    def test_long_script(self):
        """five thousand questions, and hours of computing in pieces"""
        err = self.said("for i = 1, 5000 do cnn.now() end",
                        "for i = 1, 4 do local x = 0 for j = 1, 3e7 do x = x + j end cnn.sleep(0.01) end", 'print "through"')
        self.assertEqual(err, "through\n")

    def test_left_running(self):
        """what a script does not wait for is ended with it, before its main container's end"""
        start = time.monotonic()
        self.said(self.SH, 'sh("sleep 1000", {}) sh("sleep 1000", {})')
        self.assertLess(time.monotonic() - start, 60)

    def test_interrupt(self):
        """Ctrl-C on the terminal ends all three, and the script goes no further"""
        self.script(self.SH, "local hs = {} for i = 1, 3 do hs[i] = sh('echo up; exec sleep 1000', { label = 'n' .. i }) end",
                    "for _, h in ipairs(hs) do for _ in h:lines() do break end end print 'ready'",
                    "cnn.all(hs) print 'went on'")
        s = Session("./cnnrun.lua", uid=self.uid, cwd=self.project, granted=False)
        self.addCleanup(s.close)
        s.expect("ready")
        s.send("\x03")
        self.assertEqual(s.wait(), 130)
        self.assertNotIn("went on", s.seen)
        self.assertNothingLeft()

    def test_terminal(self):
        """cnn.run without capture has the terminal, whatever runs beside it"""
        self.script(self.SH, 'local h = sh("sleep 1000", {})', 'c:tty(true) c:command { "sh", "-c", "tty; read x; echo got $x" }',
                    "print(cnn.run(c).code)")
        s = Session("./cnnrun.lua", uid=self.uid, cwd=self.project, granted=False)
        self.addCleanup(s.close)
        s.expect("/dev/")
        s.send("this\r")
        s.expect("got this")
        self.assertEqual(s.wait(), 0)
        self.assertTrue(s.restored())
        self.assertNothingLeft()

    def refused(self, *words):
        """It was; the words of the line that allows it."""
        r = self.run_cnnrun("./cnnrun.lua", *words, granted=False)
        found = re.search(r"to allow it: (cnnrun allow .*)", r.err)
        self.assertTrue(found, r.err)
        return shlex.split(found.group(1))

    NOT_FORESEEN = ('local r = cnn.run(c, { capture = true })', 'if r.code == 0 then c:network "host" c:mount("/usr", "/u o")',
                    'print(assert(cnn.run(c, { capture = true })).code) end')

    def test_what_was_not_foreseen(self):
        """plan and allow stand; the rest is refused with a line that works as it stands"""
        self.script(*self.NOT_FORESEEN)
        plan = self.run_cnnrun("plan", "./cnnrun.lua", granted=False)
        self.assertEqual(plan.code, 0, plan.err)
        self.assertRegex(plan.out, r"first runs +busybox\n +from cnnrun.lua:6 on it depends on what runs\n")
        r = self.run_cnnrun("allow", "./cnnrun.lua", granted=False)
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("the rest depends on what runs", r.err)
        words = self.refused()
        self.assertEqual(words, ["cnnrun", "allow", "./cnnrun.lua", "--right", "write=/usr", "--right", "host_network"])
        self.assertEqual(self.run_cnnrun(*words[1:], granted=False).code, 0)
        r = self.run_cnnrun("./cnnrun.lua", granted=False)
        self.assertEqual((r.code, r.err), (0, "0\n"))

    def test_asked_on_a_terminal(self):
        """the same on a terminal: it is asked for when it comes"""
        self.script(*self.NOT_FORESEEN)
        s = Session("./cnnrun.lua", uid=self.uid, cwd=self.project, granted=False)
        self.addCleanup(s.close)
        s.expect("Allow this?")
        s.send("y\r")
        self.assertEqual(s.wait(), 0)

    def test_right_words(self):
        """what is no right is refused in words, and grants nothing"""
        self.script("print(1)")
        for word in "x", "write", "write=", "=", "root=1", "":
            r = self.run_cnnrun("allow", "./cnnrun.lua", "--right", word, granted=False)
            self.assertEqual(r.code, 2, word)
            self.assertIn("is no right", r.err)
        self.assertNotIn(self.project, self.run_cnnrun("allow", "--list", granted=False).out)

    def test_bound(self):
        """a profile says what is all: allow grants it whole"""
        self.script(*self.NOT_FORESEEN, fields='rights = { "write=/usr", "host_network" },')
        r = self.run_cnnrun("allow", "./cnnrun.lua", granted=False)
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("write outside the project: /usr", r.out)
        r = self.run_cnnrun("./cnnrun.lua", granted=False)
        self.assertEqual((r.code, r.err), (0, "0\n"))

    def test_endless_loops(self):
        """plan and allow end where the script would not"""
        for loop in ("while true do cnn.run(c) end", 'repeat local r = cnn.run(c, { capture = true }) until r.stdout == "x"',
                     "local h = cnn.start(c) while h:state() ~= 'ended' do cnn.sleep '1s' end",
                     "for changed in cnn.watch '.' do for i = 1, math.huge do cnn.run(c) end end"):
            self.script('c:command { "echo", "hi" }', loop)
            for word in "plan", "allow":
                r = self.run_cnnrun(word, "./cnnrun.lua", granted=False)
                self.assertEqual(r.code, 0, "%s: %s" % (loop, r.err))
                if word == "plan":
                    self.assertEqual(r.out.count("busybox echo hi"), 1, r.out)
                    self.assertIn("depends on what runs", r.out)

    def test_signals_at_a_script(self):
        """TERM, HUP, QUIT and INT to the launcher alone end what it started"""
        self.script(self.SH, "local hs = {} for i = 1, 2 do hs[i] = sh('echo up; exec sleep 1000', {}) end cnn.all(hs)")
        for sig in signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT:
            p = self.start_cnnrun("./cnnrun.lua", granted=False)
            for _ in range(2):
                self.assertIn("| up", p.stdout.readline())
            p.send_signal(sig)
            self.assertEqual(p.wait(30), 130)
            self.assertNothingLeft()
