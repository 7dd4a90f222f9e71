# SPDX-License-Identifier: MIT
"""Runs that go on where they were, and runs for several values of an option."""
import os
import signal

import kit
from pty_session import Session

PROFILE = """local cnn = require "cnnrun"
return cnn.profile {
	options = { lr = { default = "none" }, fast = { type = "boolean" } },
	setup = function(c, opt)
		c:image "busybox"
		c:mount(".", "/w", { readonly = false }):workdir "/w"
		c:env { LR = opt.lr, FAST = tostring(opt.fast or false) }
		%s
	end,
}
"""
# Counts its runs in a file, and is done with the third.
COUNTS = "echo x >>n; [ $(wc -l <n) -ge 3 ] || exit 75"


class Jobs(kit.Case):
    uid = kit.USER

    def job(self, call, script, *words, **more):
        self.write("cnnrun.lua", PROFILE % call)
        return self.run_cnnrun("./cnnrun.lua", *words, "--", "sh", "-c", script, **more)

    def runs(self):
        with open(self.project + "/n") as f:
            return len(f.readlines())

    def test_checkpoint(self):
        """The signal comes before its time is over; who does not listen is ended then."""
        r = self.job('c:time "3s":checkpoint { signal = "USR1", before = "2s" }',
                     "trap 'echo saved; exit 75' USR1; while :; do sleep 0.1; done")
        self.assertEqual((r.code, r.out), (75, "saved\n"), r.err)
        r = self.job('c:time "2s":checkpoint { before = "1s" }', "trap 'echo saved' TERM; while :; do sleep 0.1; done")
        self.assertEqual((r.code, r.out), (124, "saved\n"), r.err)
        self.assertIn("its time of 2 s is over", r.err)

    def test_retries(self):
        """It is run again for as long as it says so, and no more often than it may."""
        r = self.job("c:retries(5)", COUNTS)
        self.assertEqual((r.code, self.runs()), (0, 3), r.err)
        self.assertIn("cnnrun: status 75: again (2 of 5)\n", r.err)
        self.write("n", "")
        r = self.job("c:retries(1):checkpoint { status = 9 }", "echo x >>n; exit 9")
        self.assertEqual((r.code, self.runs()), (9, 2), r.err)
        for call, status in ("c:retries(0)", 75), ("c:retries(3)", 1), ("c:retries(3):checkpoint { status = 9 }", 75), \
                ("c:retries(3)", 127):
            self.write("n", "")
            r = self.job(call, "echo x >>n; exit %d" % status)
            self.assertEqual((r.code, self.runs()), (status, 1), r.err)

    def test_ended_by_user(self):
        """What the user ended is not begun again, by a signal or by a key."""
        script = "trap 'echo x >>n; exit 75' INT TERM; echo up; while :; do sleep 0.1; done"
        self.write("cnnrun.lua", PROFILE % "c:retries(3)")
        p = kit.start("./cnnrun.lua", "--", "sh", "-c", script, uid=self.uid, cwd=self.project)
        self.assertEqual(p.stdout.readline(), "up\n")
        p.send_signal(signal.SIGTERM)
        self.assertEqual(p.wait(60), 75, p.stderr.read())
        self.assertEqual(self.runs(), 1)
        s = Session("./cnnrun.lua", "--", "sh", "-c", script, uid=self.uid, cwd=self.project)
        s.expect("up")
        s.send("\x03")
        self.assertEqual(s.wait(), 75)
        self.assertEqual(self.runs(), 2)

    def test_sweep(self):
        """A task for each combination; one that fails leaves the others alone, and is said."""
        r = self.job("c:sweep { lr = { 1e-2, 5 }, fast = { true, false } }", 'echo "$LR $FAST"; [ "$LR" != 5 ] || exit 4')
        self.assertEqual((r.code, r.out), (4, "0.01 true\n5 true\n0.01 false\n5 false\n"), r.err)
        self.assertIn("cnnrun: task 2 of 4: --fast --lr=5\n", r.err)
        self.assertIn("cnnrun: task 2 of 4: status 4\n", r.err)

    def test_at_once(self):
        """So many tasks at once as is said, their lines told apart; one that fails stops no other; parallel is a sweep's."""
        script = 'touch "at.$LR"; for i in $(seq 100); do [ $(ls at.* | wc -l) -lt 2 ] || break; sleep 0.2; done; ' \
                 'ls at.* | wc -l; echo "lr $LR"; [ "$LR" != 2 ] || exit 4'
        r = self.job("c:sweep { lr = { 1, 2, 3 } }:parallel(2)", script)
        self.assertEqual(r.code, 4, r.err)
        for lr in 1, 2, 3:
            self.assertRegex(r.out, r"(?m)^--lr=%d \| [23]$" % lr)
            self.assertIn("--lr=%d | lr %d\n" % (lr, lr), r.out)
        self.assertIn("cnnrun: task 2 of 3: status 4\n", r.err)
        r = self.job("c:sweep { lr = { 1, 2 } }:retries(5)", 'echo x >>"n.$LR"; [ $(wc -l <"n.$LR") -ge 3 ] || exit 75', "--parallel", "2")
        self.assertEqual((r.code, r.err.count("again (2 of 5)")), (0, 2), r.err)
        self.assertIn("cnnrun.lua:8: parallel is for the tasks of a sweep", self.job("c:parallel(2)", "true").err)

    def test_at_once_ends(self):
        """A signal ends all that run, begins none after, and leaves nothing."""
        self.write("cnnrun.lua", PROFILE % "c:sweep { lr = { 1, 2, 3 } }")
        p = kit.start("./cnnrun.lua", "--parallel", "2", "--", "sh", "-c",
                      'touch "up.$LR"; trap "exit 3" TERM INT; while :; do sleep 0.1; done', uid=self.uid, cwd=self.project)
        kit.wait_for(lambda: all(os.path.exists("%s/up.%d" % (self.project, i)) for i in (1, 2)), 60, "two tasks")
        p.send_signal(signal.SIGINT)
        self.assertEqual(p.wait(60), 130, p.stderr.read())
        self.assertFalse(os.path.exists(self.project + "/up.3"))

    def test_wrong(self):
        """What cannot be is said with its line; nothing runs."""
        for call, words, said in (
                ("c:nodes(2)", (), "nodes: this machine is one node"),
                ("c:tasks { per_node = 2 }", (), "tasks: this machine is one node"),
                ("c:gpus { type = 'h100' }", (), "gpus: type goes with a count"),
                ("c:sweep { rate = { 1 } }", (), 'sweep: the profile has no option "rate"'),
                ("c:sweep { fast = { 1 } }", (), 'sweep: fast is true or false, not "1"'),
                ("c:sweep { lr = { 1, 2 } }", ("--lr", "3"), "sweep: --lr is another in each task"),
                ("c:retries(1):box()", (), "retries goes without c:box"),
                ("c:retries(1001)", (), "retries: "),
                ("c:checkpoint { status = 2 }", (), "status 2 is for wrong usage"),
                ('c:checkpoint { signal = "KILL" }', (), "signal: "),
                ('c:time "30s":checkpoint()', (), "before has to be less than its time, which is 30 s"),
                ('c:service("s", function(s) s:image("busybox"):nodes(2) end)', (), "nodes is for the main container")):
            r = self.job(call, "echo x >>n", *words)
            self.assertEqual(r.code, 125, call + r.err)
            self.assertRegex(r.err, r"\Acnnrun: error: .*cnnrun\.lua:8: .*" + said)
            self.assertEqual(r.err.count("\n"), 1, r.err)

    def test_plan(self):
        """A plan says all of it, and that this machine is one node; a script has its own loop."""
        self.write("cnnrun.lua", PROFILE % 'c:nodes(2):tasks { per_node = 2 }:time "1h":checkpoint():retries(3)')
        r = self.run_cnnrun("plan", "./cnnrun.lua")
        self.assertEqual(r.code, 0, r.err)
        for line in r"nodes +2", r"tasks +2 on a node", r"retries +3 at most", r"limits +3600 s in all", \
                r"checkpoint +60 s before the end of its time, status 75 means again":
            self.assertRegex(r.out, r"(?m)^ *%s$" % line)
        self.assertIn("cnnrun.lua:8: nodes: this machine is one node", r.out)
        self.write("cnnrun.lua", PROFILE % 'c:retries(3); local _, why = cnn.run(c); print(why)')
        self.assertIn("cnnrun.lua:8: retries is for a profile that is run", self.run_cnnrun("./cnnrun.lua", "--", "true").err)
