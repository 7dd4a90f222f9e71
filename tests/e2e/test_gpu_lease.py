# SPDX-License-Identifier: MIT
"""GPUs that a launch has for itself: real processes that hold and die, on a stand-in of four."""
import contextlib
import os
import signal

import gpus
import kit


def children(p):
    """The living processes that p forked, by name."""
    found = {}
    for pid in kit.processes():
        with contextlib.suppress(OSError), open("/proc/%d/stat" % pid) as f:
            name, rest = f.read().split("(", 1)[1].rsplit(")", 1)
            if rest.split()[1] == str(p.pid):
                found[pid] = name
    return found


def janitors(p):
    return [pid for pid, name in children(p).items() if name == "cnnrun-janitor"]


def kill_all(p):
    """p and all that it forked, at once."""
    for pid in list(children(p)) + [p.pid]:
        os.kill(pid, signal.SIGKILL)


class Lease(kit.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        gpus.own_network()
        cls.machine = gpus.Machine(kit.SCRATCH)

    def setUp(self):
        super().setUp()
        self.machine.busy()

    def hold(self, name, wish, *more, **how):
        """A launch that asks for GPUs and sleeps."""
        self.profile("c:gpus { %s }" % wish, 'c:name "%s"' % name, *more, name=name + ".lua")
        return self.start_cnnrun("./%s.lua" % name, "--", "sleep", "1000", env=self.machine.env, **how)

    @staticmethod
    def runs(name):
        c = kit.engine.containers().get(name)
        return c and c["State"] == "running"

    def has(self, name):
        """Its GPUs, once it runs."""
        kit.wait_for(lambda: self.runs(name), 60, name + "'s start")
        return gpus.given(name)

    def waits(self, p):
        """It said so; the line."""
        line = p.stderr.readline()
        self.assertIn("waiting for", line)
        return line

    def refused(self, wish, lines=1):
        self.profile("c:gpus { %s }" % wish)
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=self.machine.env)
        self.assertEqual(len(r.err.splitlines()), lines, r.err)
        return r

    def test_sweep(self):
        """as many tasks of a sweep at once as GPUs are free for, each with its own; the last comes when one ends"""
        self.profile('c:gpus { count = 2 }:name("task" .. opt.i):sweep { i = { 1, 2, 3 } }', options="i = { default = 0 }")
        p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", 'trap "exit 5" TERM; while :; do sleep 0.1; done', env=self.machine.env)
        self.assertEqual(sorted(self.has("task1") + self.has("task2")), [0, 1, 2, 3])
        self.assertFalse(self.runs("task3"))
        kit.engine.call("POST", "/containers/task1/kill?signal=TERM")
        self.assertEqual(len(self.has("task3")), 2)
        p.send_signal(signal.SIGTERM)
        self.assertEqual(p.wait(60), 128 + signal.SIGTERM, p.stderr.read())

    def test_never_the_same(self):
        """of four launches of two each two wait; a killed one frees its GPUs at once"""
        wish = 'count = 2, pick = "free", wait = true'
        first, second = self.hold("one", wish), self.hold("two", wish)
        self.assertEqual(sorted(self.has("one") + self.has("two")), [0, 1, 2, 3])
        line = self.waits(self.hold("three", wish))
        self.assertRegex(line, r"waiting for 2 GPUs: GPU 0, 1 held by root \((one|two), since [^;]*; GPU 2, 3 held by root")
        self.assertIn("; 1 waited before", self.waits(self.hold("four", wish)))
        freed = gpus.given("one")
        first.kill()
        self.assertEqual(self.has("three"), freed)
        self.assertFalse(self.runs("four"))
        # with the janitor too: the kernel frees them, though the container runs on
        freed = gpus.given("two")
        kill_all(second)
        self.assertEqual(self.has("four"), freed)
        self.sweep_up()

    def test_in_turn(self):
        """who came first is served first, also where the next would fit"""
        first = self.hold("all", 'count = 3, pick = "free"')
        self.has("all")
        self.waits(self.hold("big", 'count = 2, pick = "free", wait = true'))
        small = self.hold("small", 'count = 1, pick = "free", wait = "1h"')
        self.assertIn("; 1 waited before", self.waits(small))
        self.assertFalse(self.runs("small"))
        first.terminate()
        self.has("big")
        self.has("small")

    def test_stopped(self):
        """one that is stopped by Ctrl-Z keeps nobody waiting, and waits again once it goes on"""
        first = self.hold("all", 'count = 4, pick = "free"')
        self.has("all")
        p = self.hold("one", 'count = 3, pick = "free", wait = true')
        self.waits(p)
        self.waits(self.hold("two", 'count = 3, pick = "free", wait = true'))
        p.send_signal(signal.SIGTSTP)
        first.terminate()
        self.has("two")
        p.send_signal(signal.SIGCONT)
        self.assertIn("held by root (two, since", self.waits(p))

    def test_crowd(self):
        """ten launches of two users, one to three GPUs each: no GPU has two, and all come to an end"""
        shared = os.path.join(self.project, "shared")
        os.mkdir(shared)
        os.chmod(shared, 0o777)
        script = ("for i in $(echo $NVIDIA_VISIBLE_DEVICES | tr , ' '); do mkdir /shared/$i || exit 9; done;"
                  "sleep 0.2;"
                  "for i in $(echo $NVIDIA_VISIBLE_DEVICES | tr , ' '); do rmdir /shared/$i; done")
        for n in 1, 2, 3:
            self.profile('c:gpus { count = %d, pick = "free", wait = true }' % n,
                         'c:mount("shared", "/shared")', name="of%d.lua" % n)
        crowd = [self.start_cnnrun("./of%d.lua" % (i % 3 + 1), "--", "sh", "-c", script,
                                   env=self.machine.env, uid=(None, kit.USER)[i % 2]) for i in range(10)]
        for p in crowd:
            self.assertEqual(p.wait(120), 0, p.stderr.read())

    def test_least_busy(self):
        """idle ones before busy ones, and none without the memory"""
        self.machine.busy((40000, 90, 2), (30000, 0, 0), (1000, 0, 0), (39000, 10, 0))
        self.hold("one", 'count = 2, pick = "free", min_free = "20g"')
        self.assertEqual(self.has("one"), [1, 3])
        r = self.refused('count = 2, pick = "free", min_free = "20g"')
        self.assertEqual(r.code, 125)
        self.assertIn("nobody leaves 2 GPUs with 20 GiB free: GPU 1 held by root (one, since ", r.err)
        self.assertIn("; GPU 2 with 1.0 GiB free; GPU 3 held by", r.err)
        self.assertIn("wait = true", r.err)

    def test_until_memory_is_free(self):
        """waits for memory that others use"""
        self.machine.busy(*[(1000, 50, 1)] * 4)
        p = self.hold("one", 'count = 1, pick = "free", min_free = "20g", wait = true')
        self.assertIn("20 GiB free: GPU 0, 1, 2, 3 with 1.0 GiB free", self.waits(p))
        self.machine.busy((1000, 50, 1), (1000, 50, 1), (40000, 0, 0), (1000, 50, 1))
        self.assertEqual(self.has("one"), [2])

    def test_no_longer_than(self):
        """wait = 1 gives up; optional goes without"""
        self.hold("all", 'count = 4, pick = "free"')
        self.has("all")
        r = self.refused('count = 1, pick = "free", wait = 1', lines=2)
        self.assertEqual(r.code, 125)
        self.assertIn("waited in vain for a GPU: GPU 0, 1, 2, 3 held by root (all, since", r.err)
        self.profile('c:gpus { count = 1, pick = "free", optional = true }')
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=self.machine.env)
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("going without GPUs: nobody leaves a GPU", r.err)

    def test_given_up(self):
        """Ctrl-C ends the waiting, and leaves nothing"""
        self.hold("all", 'count = 4, pick = "free"')
        self.has("all")
        p = self.hold("one", 'count = 1, pick = "free", wait = true')
        self.waits(p)
        p.send_signal(signal.SIGINT)
        self.assertEqual(p.wait(10), -signal.SIGINT)

    def test_in_the_background(self):
        """a detached container holds them until its end, and ps says so"""
        self.hold("one", 'count = 2, pick = "free"', "c:detach()").wait(60)
        held = self.machine.holders()
        self.assertEqual(sorted(held), self.has("one"))
        for one in held.values():
            self.assertEqual((one["user"], one["uid"], one["container"]), ("root", 0, "one"))
        r = self.run_cnnrun("ps", "--gpus", env=self.machine.env)
        self.assertRegex(r.out, r"0 +Stand-in A100 +40/40 GiB +0% +0 +root +one +\d+ s\n")
        self.assertEqual(self.run_cnnrun("stop", "one").code, 0)
        kit.wait_for(lambda: not self.machine.holders(), 20, "their end")

    def test_shared(self):
        """one that is named is shared, as docker does, with a word of warning"""
        self.hold("one", 'count = 1, pick = "free"')
        self.assertEqual(self.has("one"), [0])
        for wish, told in ('"0"', 1), ('"%s"' % gpus.UUIDS[0], 1), ('"1"', 0), ('"all"', 1), (
                "{ count = 1 }", 1):
            self.profile("c:gpus(%s)" % wish)
            r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=self.machine.env)
            self.assertEqual((r.code, r.err.count("GPU 0 is held by root and will be shared")),
                             (0, told), r.err)

    def test_janitor_killed(self):
        """another janitor holds them too"""
        p = self.hold("one", 'count = 4, pick = "free"')
        self.has("one")
        for pid in janitors(p):
            os.kill(pid, signal.SIGKILL)
        kit.wait_for(lambda: janitors(p), 10, "another")
        waiting = self.hold("two", 'count = 1, pick = "free", wait = true')
        self.waits(waiting)
        kit.engine.call("POST", "/containers/one/pause")
        self.assertEqual(len(self.machine.holders()), 4)
        kit.engine.call("POST", "/containers/one/unpause")
        p.kill()
        self.has("two")

    def test_which(self):
        """the runtime hook is told the same ones"""
        self.hold("one", 'count = 3, pick = "free"')
        self.has("one")
        self.profile('c:gpus { count = 1, pick = "free", capabilities = "all" }')
        self.run_cnnrun("./cnnrun.lua", "--", "true", env=self.machine.env)
        with open(os.environ["HOOK_REQUESTS"]) as f:
            asked = f.read().splitlines()[-1]
        self.assertIn("NVIDIA_VISIBLE_DEVICES=%s" % gpus.UUIDS[3], asked)
        self.assertIn("NVIDIA_DRIVER_CAPABILITIES=all", asked)

    def sweep_up(self):
        """The next start does."""
        self.profile()
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "true").code, 0)
