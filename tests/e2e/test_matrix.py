# SPDX-License-Identifier: MIT
"""The short form of the kill matrix: each step and each way once; make soak has them all,
and five hundred more at random."""
import os

import crowd
import growth
import hostile_engine
import kit
import matrix
from world import World, kill
from faults import EngineFault, RuntimeFull, small_disk

WORKERS = 3


class Matrix(kit.Case):
    """Whoever dies at whatever step of a launch: nothing stays."""

    def world(self, name):
        w = World(name)
        self.addCleanup(w.end)
        return w

    def survive(self, cases):
        problems = ["%s: %s" % (c, "; ".join(c.problems)) for c in cases if c.problems]
        self.assertEqual(problems, [])

    def test_every_step_and_way(self):
        """every step and every way to die, in turn"""
        steps, ways = list(matrix.STEPS), matrix.WAYS
        pairs = [(s, ways[(i + k) % len(ways)]) for i, s in enumerate(steps) for k in (0, 5)]
        jobs = [(s, w, "during" if s == "pull" and i % 2 else matrix.MOMENTS[i % 2])
                for i, (s, w) in enumerate(pairs)]
        worlds = [self.world("m%d" % i) for i in range(WORKERS)]
        self.survive(matrix.side_by_side(worlds, [lambda w, j=j: matrix.Case(w, *j) for j in jobs]))

    def test_kept_and_readonly(self):
        """a container that was to be kept but never ran is removed, and files for a read-only one"""
        jobs = [(step, way, "after", kind) for kind in ("keep", "readonly")
                for step in ("create", "attach") for way in ("KILL", "KILL both")]
        worlds = [self.world("k%d" % i) for i in range(WORKERS)]
        self.survive(matrix.side_by_side(worlds, [lambda w, j=j: matrix.Case(w, *j) for j in jobs]))

    def test_three_at_once(self):
        """each signal at each step of three that a script started"""
        steps = [s for s in matrix.STEPS if matrix.STEPS[s][1].startswith("script")]
        jobs = [(step, way, matrix.MOMENTS[(i + k) % 2]) for i, step in enumerate(steps)
                for k, way in enumerate(("INT", "TERM", "HUP", "QUIT", "KILL", "KILL both"))]
        worlds = [self.world("t%d" % i) for i in range(WORKERS)]
        self.survive(matrix.side_by_side(worlds, [lambda w, j=j: matrix.Case(w, *j) for j in jobs]))

    def test_boxes(self):
        """a box is there and ready, or it is not there"""
        jobs = [(step, way, when) for step in ("box prepare", "box's service", "box name") for way in ("KILL", "KILL both", "TERM")
                for when in matrix.MOMENTS] + [(s, "KILL", "after", "box") for s in ("create", "start")]
        worlds = [self.world("b%d" % i) for i in range(WORKERS)]
        self.survive(matrix.side_by_side(worlds, [lambda w, j=j: matrix.Case(w, *j) for j in jobs]))

    def test_janitor_replaced(self):
        """the launcher puts another janitor in the place of one that was killed"""
        w = self.world("r0")
        s = w.launch("run")
        self.addCleanup(s.close)
        s.expect("up")
        first = w.janitors()
        kill(first)
        kit.wait_for(lambda: [p for p in w.janitors() if p not in first], 5, "another janitor")
        s.process.kill()
        kit.wait_for(lambda: not w.left(), 10, "the clean-up")
        kit.wait_for(s.restored, 5, "the terminal's restoring")

    def test_exchanged_source(self):
        """a directory that another container exchanges while the engine starts: no /etc in it"""
        w = self.world("x0")
        data = os.path.join(w.project, "data")
        os.mkdir(data)
        w.write_profile("data.lua", 'c:image "busybox"', 'c:mount("data", "/data")',
                        'c:command { "sh", "-c", "ls /data; exec sleep 1000" }')
        for way in "link", "directory":
            w.engine.arm(matrix.STEPS["start"][0], "before")
            s = w.launch("data")
            self.addCleanup(s.close)
            self.assertTrue(w.engine.reached.wait(30))
            os.rename(data, data + ".away")
            os.symlink("/etc", data) if way == "link" else os.mkdir(data)
            w.engine.release()
            self.assertEqual(s.wait(30), 125)
            s.drain()
            self.assertIn("mount %s" % data, s.seen)
            self.assertRegex(s.seen, "by now|something else was at")
            kit.wait_for(lambda: not w.left(), 10, "the clean-up")
            os.unlink(data) if way == "link" else os.rmdir(data)
            os.rename(data + ".away", data)

    def test_lying_engine(self):
        """an engine that lies at each call of a launch, in 512 MiB"""
        worlds = [self.world("h%d" % i) for i in range(WORKERS)]
        self.survive(matrix.side_by_side(worlds, list(hostile_engine.some())))

    def test_engine_restarts(self):
        """the engine killed and started again: at a step, and in the janitor's clean-up"""
        w = self.world("e0")
        self.survive([EngineFault(w, "start", "after").run(),
                      EngineFault(w, "running", "before", clean_up=True).run()])

    def test_runtime_directory_full(self):
        """no room in the runtime directory, from the beginning or later"""
        w = self.world("d0")
        with small_disk(w.own_directory(), "64k", w.uid):
            self.survive([RuntimeFull(w, "begin", "before").run(),
                          RuntimeFull(w, "create", "before", "readonly").run(),
                          RuntimeFull(w, "running", "before").run()])

    def no_problems(self, told):
        told = list(told)
        self.assertTrue(told)
        self.assertEqual([(who, problems) for who, problems in told if problems], [])

    def test_two_users(self):
        """two users on one display: each is admitted while a launch of theirs runs"""
        self.no_problems(crowd.users(["KILL"]))

    def test_growth(self):
        """what a script holds after five launches it holds after fifty"""
        self.no_problems(growth.launches(50, slack=1024))

    def test_valgrind(self):
        """no byte and no descriptor is lost over ten launches, says valgrind"""
        self.no_problems(growth.valgrind(10))
