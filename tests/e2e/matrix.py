# SPDX-License-Identifier: MIT
"""The kill matrix: steps of a launch x ways to die, each in a World."""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
import time

import kit
from moments import CHANGE_HOSTS
from world import kill, starve

# step: which request is held (None = none, the container runs); the profile
STEPS = {
    "build": ("^POST /v[0-9.]+/build[?]", "build"),
    "pull": ("^POST /v[0-9.]+/images/create[?]", "pull"),
    "create": ("^POST /v[0-9.]+/containers/create[?]", "run"),
    "archive get": ("^GET /v[0-9.]+/containers/[^/]+/archive[?]", "run"),
    "archive put": ("^PUT /v[0-9.]+/containers/[^/]+/archive[?]", "run"),
    "X grant": (CHANGE_HOSTS, "run"),
    "attach": ("^POST /v[0-9.]+/containers/[^/]+/attach[?]", "run"),
    "wait": ("^POST /v[0-9.]+/containers/[^/]+/wait[?]", "run"),
    "start": ("^POST /v[0-9.]+/containers/[^/]+/start", "run"),
    "running": (None, "run"),
    "exec": ("^POST /v[0-9.]+/exec/[^/]+/start", "exec"),
    "stop": ("^POST /v[0-9.]+/containers/[^/]+/kill", "run"),
    "box prepare": ("^POST /v[0-9.]+/exec/[^/]+/start", "box"),
    "box's service": ("^POST /v[0-9.]+/containers/[^/]+/rename[?].*-db$", "box"),
    "box name": ("^POST /v[0-9.]+/containers/[^/]+/rename[?].*(?<!-db)$", "box"),
    "remove": ("^DELETE /v[0-9.]+/containers/", "end"),
    "network": ("^POST /v[0-9.]+/networks/create", "services"),
    "service's create": ("^POST /v[0-9.]+/containers/create[?]name=[^&]*-db$", "services"),
    "service's start": ("^POST /v[0-9.]+/containers/[^/]+/start", "services"),
    "service's probe": ("^POST /v[0-9.]+/exec/[^/]+/start", "services"),
    "main beside services": (None, "services"),
    "service's end": ("^POST /v[0-9.]+/containers/[^/]+/kill", "services-end"),
    "one of three's create": ("^POST /v[0-9.]+/containers/create[?]name=soak-[^&]*-script2", "script"),
    "one of three's attach": ("^POST /v[0-9.]+/containers/[^/]+/attach[?]", "script"),
    "one of three's start": ("^POST /v[0-9.]+/containers/[^/]+/start", "script"),
    "three run": (None, "script"),
    "one of three's end": ("^DELETE /v[0-9.]+/containers/", "script-end"),
    "network's end": ("^DELETE /v[0-9.]+/networks/", "services-end"),
}
SIGNALS = {"INT": signal.SIGINT, "TERM": signal.SIGTERM, "HUP": signal.SIGHUP,
           "QUIT": signal.SIGQUIT, "SEGV": signal.SIGSEGV, "KILL": signal.SIGKILL}
WAYS = list(SIGNALS) + ["KILL janitor", "KILL both", "terminal closed", "out of memory",
                        "X server killed"]
MOMENTS = "before", "after"  # the engine, or the X server, has seen the request
UNTIL_GONE = 5  # seconds, on a machine that has nothing else to do
SLOWNESS = float(os.environ.get("SLOWNESS", "2"))  # how many times slower this one may be

# What may be said. Everything else is garbage; and nothing is said twice.
SAID = re.compile(r"cnnrun: [ -~\u00a0-\uffff]+$")
PROGRESS = re.compile(r"(sending the build context|copy /context /|exporting to |\[.*\] )[ -~]*$")


class Case:
    """One launch, stopped at a step, and somebody's death there."""

    def __init__(self, world, step, way, when, kind=None):
        self.world, self.step, self.way, self.when = world, step, way, when
        self.kind = kind or STEPS.get(step, (None, "run"))[1]
        self.problems, self.seconds, self.closed = [], 0.0, False
        self.patience = UNTIL_GONE * SLOWNESS

    def __str__(self):
        return "%s, %s %s (%s)" % (self.way, self.when, self.step, self.kind)

    def problem(self, text, *args):
        self.problems.append(text % args)

    def forget(self):
        """What would make the step unnecessary."""
        if self.kind == "build" or self.step in ("archive get", "info"):
            shutil.rmtree(os.path.join(self.world.home, ".cache"), True)

    def reach(self):
        """Starts, and stands still at the step."""
        w, pattern = self.world, STEPS[self.step][0]
        proxy = w.x if self.step == "X grant" else w.engine
        self.forget()
        if pattern and self.step != "stop":
            proxy.arm(pattern, self.when)
        self.session = w.launch(self.kind)
        if pattern is None or self.step == "stop":
            self.session.expect("up")
        if self.step == "stop":
            proxy.arm(pattern, self.when)
            self.session.process.send_signal(signal.SIGTERM)
        if pattern:
            for _ in range(120):
                if proxy.reached.wait(0.5) or self.session.process.poll() is not None:
                    break
            if not proxy.reached.is_set():
                self.session.drain()
                raise AssertionError("the step was not reached; %r" % self.session.seen)
        self.proxy = proxy

    def launcher(self):
        return [self.session.process.pid]

    def die(self):
        w, way = self.world, self.way
        if way in SIGNALS:
            kill(self.launcher(), SIGNALS[way])
        elif way == "KILL janitor":
            kill(w.janitors())
        elif way == "KILL both":
            kill(w.janitors() + self.launcher())
        elif way == "terminal closed":
            os.close(self.session.master)
            self.closed = True
        elif way == "out of memory":
            for pid in w.processes():
                starve(pid, w.uid)
        elif way == "X server killed":
            kill([w.x_pid])

    def finish(self):
        """Whoever was not killed is asked to end."""
        s = self.session
        if self.way not in ("KILL", "KILL both", "SEGV"):
            time.sleep(0.2)
        if self.way in ("KILL janitor", "out of memory", "X server killed"):
            with contextlib.suppress(AssertionError):
                if self.step not in ("build", "pull", "running", "remove", "stop"):
                    self.wait(1)
            if s.process.poll() is None:
                s.process.terminate()
        self.wait(30)

    def wait(self, seconds):
        s = self.session
        if not self.closed:
            s.wait(seconds)
            s.drain()
            return
        try:
            s.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError("%s: does not end" % self)

    def check_words(self):
        seen = re.sub("\x1b\\[[0-9;]*[AJKm]", "", self.session.seen)  # colours, redrawing
        lines = [line for line in re.split(r"[\r\n]+", seen) if line.strip()]
        words = [line for line in lines if line not in ("up", "^C", "^\\")]
        for line in words:
            if not SAID.match(line) and not PROGRESS.match(line):
                self.problem("said %r", line)
        for line in set(words):
            each = self.way == "out of memory" and self.kind.startswith("script")
            if words.count(line) > 1 and SAID.match(line) and not each:
                self.problem("said twice: %r", line)
        if "\x1b[?25l" in self.session.seen and "\x1b[?25h" not in self.session.seen:
            self.problem("the cursor stays hidden")

    def check_terminal(self):
        """Restored by the launcher, or by the janitor where that lives."""
        if self.closed or self.way == "KILL both":
            return
        if self.way == "out of memory":
            return  # of both
        with contextlib.suppress(AssertionError):
            kit.wait_for(self.session.restored, 5)
            return
        self.problem("the terminal is not as before")

    def check_left(self):
        start, w = time.monotonic(), self.world
        if self.way == "X server killed":
            w.stop_x()
            shutil.rmtree(os.path.join(w.home, "x"), True)
            w.start_x()
            w.env["DISPLAY"] = ":%d" % w.x.number
        if self.kind == "box":
            w.remove_boxes()
        if self.way in ("KILL both", "out of memory", "KILL janitor"):
            with contextlib.suppress(AssertionError):
                kit.wait_for(lambda: not w.left(), 0 if self.way == "KILL both" else self.patience)
            if w.left():
                if self.way == "out of memory":  # it would go on trying for a minute
                    kill(w.janitors())
                r = w.run("./end.lua", "--name", w.unique("next"))
                if r.code:
                    self.problem("the next start says: %s", r.err)
        try:
            kit.wait_for(lambda: not w.left(), self.patience)
        except AssertionError:
            self.problem("left behind: %r", w.left())
            w.sweep()
        self.seconds = time.monotonic() - start

    def run(self):
        self.session = None
        try:
            self.reach()
            self.die()
            self.proxy.release()
            self.finish()
            self.check_words()
            self.check_terminal()
            self.check_left()
        except (AssertionError, OSError) as e:
            self.problem("%s", e)
            self.world.engine.release()
            self.world.x.release()
            time.sleep(1)
            self.world.sweep()
        finally:
            self.world.engine.release()
            self.world.x.release()
            if self.session:
                if self.closed:
                    self.session.master = os.open("/dev/null", os.O_RDONLY)
                self.session.close()
        return self


def side_by_side(worlds, makers, done=lambda case: None):
    """Makes and runs cases, one at a time in each world; the cases, as they ended."""
    jobs, cases, lock = list(reversed(makers)), [], threading.Lock()

    def work(world):
        while True:
            with lock:
                if not jobs:
                    return
                make = jobs.pop()
            case = make(world)
            try:
                case.run()
            except Exception as e:  # what cannot be told has failed
                case.problem("%r", e)
            with lock:
                cases.append(case)
                done(case)
    threads = [threading.Thread(target=work, args=(w,)) for w in worlds]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return cases
