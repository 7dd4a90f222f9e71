# SPDX-License-Identifier: MIT
"""make soak: every step of a launch x every way to die, then kills at random, crowds, two
users on one display, faults of engine and disk, the races of the attacks, and growth over many
launches. Ends with a table and status 1 unless nothing leaked.

SOAK_SEED=N      the same sequence of random kills again (printed at the start)
SOAK_KILLS=500   how many random kills
SOAK_SECONDS=0   go on with them at least this long
SOAK_LAUNCHES=1000  launches of the growth test; as many under valgrind as SOAK_VALGRIND=100
SOAK_ONLY=17     only this one of the random kills
SOAK_RACES=200   how often each race of tests/attack is run
SOAK_PARTS="matrix random hostile crowd users faults attacks growth"  only these parts
"""
import collections
import os
import random
import signal
import sys
import threading
import time

import attacks
import crowd
import faults
import growth
import hostile_engine
import kit
import matrix
from world import World

WORKERS = 6
RANDOM_WAYS = ["INT", "TERM", "HUP", "QUIT", "SEGV", "KILL", "KILL janitor", "KILL both",
               "terminal closed", "out of memory"]


def number(name, fallback):
    return int(os.environ.get(name) or fallback)


class Score:
    """Who has survived what; printed in the end."""

    def __init__(self):
        self.lock = threading.Lock()
        self.rows = collections.OrderedDict()
        self.leaked = self.cases = 0
        self.slowest = 0.0

    def add(self, part, row, column, problems, what, seconds=0.0):
        with self.lock:
            cell = self.rows.setdefault((part, row), {}).setdefault(column, [0, 0])
            cell[0] += 1
            self.cases += 1
            self.slowest = max(self.slowest, seconds)
            if problems:
                cell[1] += 1
                self.leaked += 1
                print("LEAKED %s: %s" % (what, "; ".join(problems)), flush=True)

    def print(self):
        print("\n%-10s %-46s %6s %9s %7s" % ("part", "what", "cases", "survived", "leaked"))
        for (part, row), cells in self.rows.items():
            n, bad = (sum(c[i] for c in cells.values()) for i in (0, 1))
            print("%-10s %-46s %6d %9d %7d" % (part, row, n, n - bad, bad))
        by_way = collections.OrderedDict()
        for (part, _), cells in self.rows.items():
            for way, (n, bad) in cells.items():
                if part in ("matrix", "random"):
                    total = by_way.setdefault(way, [0, 0])
                    total[0] += n
                    total[1] += bad
        print("\n%-10s %-46s %6s %9s %7s" % ("", "matrix and random kills, by way", "cases", "survived", "leaked"))
        for way, (n, bad) in by_way.items():
            print("%-10s %-46s %6d %9d %7d" % ("", way, n, n - bad, bad))


class RandomKill(matrix.Case):
    """Of a number: the same launch, moment and way for the same seed."""

    def __init__(self, world, seed, index):
        rng = random.Random("%d-%d" % (seed, index))
        self.index = index
        self.exact = rng.random() < 0.5
        step = rng.choice(list(matrix.STEPS))
        way, when = rng.choice(RANDOM_WAYS), rng.choice(matrix.MOMENTS)
        kind = rng.choice(["run", "services", "box", "readonly", "end", "script"])
        self.pause = rng.uniform(0, 0.8)
        self.again = rng.choice([None, None, rng.uniform(0, 0.5)])  # a second blow
        self.memory = rng.randrange(8, 200) << 20
        if self.exact and step == "pull":
            when = "before"
        if self.exact:
            super().__init__(world, step, way, when)
        else:
            super().__init__(world, "running", way, "%.3f s after the start of" % self.pause, kind)

    def __str__(self):
        return "random %d: %s" % (self.index, super().__str__())

    def reach(self):
        if self.exact:
            super().reach()
            return
        self.proxy = self.world.engine
        more = ["prlimit", "--as=%d" % self.memory] if self.way == "out of memory" else []
        self.session = self.world.launch(self.kind, before=more)
        time.sleep(self.pause)

    def die(self):
        if self.exact or self.way != "out of memory":
            super().die()
        if self.again is not None and self.way in matrix.SIGNALS:
            self.proxy.release()
            time.sleep(self.again)
            super().die()


def matrix_jobs():
    for step in matrix.STEPS:
        for way in matrix.WAYS:
            for when in matrix.MOMENTS:
                if step == "pull" and when == "after":
                    when = "during"  # the registry never answers
                yield lambda w, s=step, y=way, m=when: matrix.Case(w, s, y, m)
    for kind in "readonly", "keep":
        for step in "create", "archive get", "X grant", "attach":
            for way in "TERM", "KILL", "KILL both":
                yield lambda w, s=step, y=way, k=kind: matrix.Case(w, s, y, "after", k)


def random_jobs(seed, n):
    only = os.environ.get("SOAK_ONLY")
    for i in [int(only)] if only else range(n):
        yield lambda w, i=i: RandomKill(w, seed, i)


def fault_cases(world, score):
    def told(case):
        case.run()
        score.add("faults", case.way, case.step, case.problems, case, case.seconds)

    for step in matrix.STEPS:
        if step != "pull":
            for when in matrix.MOMENTS:
                told(faults.EngineFault(world, step, when))
    told(faults.EngineFault(world, "running", "before", signal.SIGTERM))
    told(faults.EngineFault(world, "running", "before", clean_up=True))
    with faults.small_disk(world.own_directory(), "64k", world.uid):
        for step, kind in (("begin", "run"), ("create", "readonly"), ("create", "run"), ("running", "run"),
                           ("remove", "end")):
            told(faults.RuntimeFull(world, step, "before", kind))
    with faults.small_engine() as (socket, data):
        small = World("small", socket=socket)
        try:
            for step in "create", "archive put", "start", "running":
                told(faults.EngineFull(small, step, "before", data))
        finally:
            small.end()


def report(part, score, results):
    for row, problems in results:
        score.add(part, row, "", problems, row)


def main():
    seed = number("SOAK_SEED", random.SystemRandom().randrange(1 << 31))
    kills, seconds = number("SOAK_KILLS", 500), number("SOAK_SECONDS", 0)
    parts = (os.environ.get("SOAK_PARTS") or "matrix random hostile crowd users faults attacks growth").split()
    start, score = time.monotonic(), Score()
    os.environ.setdefault("SLOWNESS", "4")
    print("soak: SOAK_SEED=%d repeats the same random kills" % seed, flush=True)
    kit.install()
    before = kit.engine.networks(), kit.engine.volumes(), kit.traces()["containers"]

    def phase(name):
        print("soak: %5.0f s  %s" % (time.monotonic() - start, name), flush=True)

    worlds = [World("w%d" % i) for i in range(WORKERS)]
    try:
        if "matrix" in parts:
            jobs = list(matrix_jobs())
            phase("%d cases of the matrix" % len(jobs))
            matrix.side_by_side(worlds, jobs, lambda c: score.add(
                "matrix", c.step, c.way, c.problems, c, c.seconds))
        if "random" in parts:
            phase("%d random kills" % kills)
            began, base = time.monotonic(), 0
            while base == 0 or time.monotonic() - began < seconds:
                matrix.side_by_side(worlds, list(random_jobs(seed + base, kills)), lambda c: score.add(
                    "random", c.step if c.exact else "at any time", c.way, c.problems, c, c.seconds))
                base += 1
        if "hostile" in parts:
            phase("an engine that lies at each call")
            matrix.side_by_side(worlds, list(hostile_engine.every()), lambda c: score.add(
                "hostile", c.step, c.way, c.problems, c, c.seconds))
        if "crowd" in parts:
            phase("twenty launches at once")
            report("crowd", score, crowd.launches(worlds[0], random.Random(seed)))
        if "users" in parts:
            phase("two users on one display")
            report("users", score, crowd.users())
        if "faults" in parts:
            phase("engine and disks")
            fault_cases(worlds[0], score)
    finally:
        for w in worlds:
            w.end()
    if "attacks" in parts:
        n = number("SOAK_RACES", 200)
        phase("each race of the attacks, %d times" % n)
        attacks.run(seed, n, WORKERS, lambda race, at, problems: score.add(
            "attacks", race, "", problems, "%s, SOAK_SEED=%d" % (race, at)))
    if "growth" in parts:
        n = number("SOAK_LAUNCHES", 1000)
        phase("%d launches in one script" % n)
        report("growth", score, growth.launches(n))
        n = number("SOAK_VALGRIND", 100)
        phase("%d launches under valgrind" % n)
        report("growth", score, growth.valgrind(n))
    after = kit.engine.networks(), kit.engine.volumes(), kit.traces()["containers"]
    score.add("all", "networks, volumes, containers as before", "",
              [] if before == after else ["%r became %r" % (before, after)], "the engine")
    score.print()
    phase("slowest clean-up %.1f s; SOAK_SEED=%d" % (score.slowest, seed))
    print("%d cases, %d survived, %d leaked" % (score.cases, score.cases - score.leaked, score.leaked))
    sys.exit(score.leaked != 0)


main()
