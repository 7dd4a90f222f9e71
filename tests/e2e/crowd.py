# SPDX-License-Identifier: MIT
"""Many launches at once, and two users on one display."""
import os
import signal
import subprocess
import time

import kit
import matrix
from world import World

CROWD = 20


def gone(world, seconds):
    try:
        kit.wait_for(lambda: not world.left(), seconds)
    except AssertionError:
        left = world.left()
        world.sweep()
        return ["left behind: %r" % left]
    return []


def crowd(world, rng, kinds, deadly):
    """CROWD launches side by side; some are killed, the others must not notice."""
    problems, sessions = [], []
    for i in range(CROWD):
        sessions.append(world.launch(kinds[i % len(kinds)]))
    victims = set(rng.sample(range(CROWD), CROWD // 2)) if deadly else set()
    for i in sorted(victims, key=lambda _: rng.random()):
        time.sleep(rng.uniform(0, 0.3))
        sessions[i].process.send_signal(rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
    for i, s in enumerate(sessions):
        if i in victims:
            s.wait(60)
            continue
        try:
            s.expect("up", 120)
        except AssertionError as e:
            problems.append("launch %d: %s" % (i, e))
    for i, s in enumerate(sessions):
        if s.process.poll() is None:
            s.process.terminate()
        s.wait(60)
        if not s.restored() and s.process.returncode != -signal.SIGKILL:
            problems.append("launch %d: the terminal is not as before" % i)
    problems += gone(world, 20 * matrix.SLOWNESS)
    for s in sessions:
        s.close()
    return problems


def launches(world, rng):
    kinds = ["run", "readonly", "end"]
    yield "20 launches of one profile", crowd(world, rng, ["run"], False)
    yield "20 launches of one profile, 10 killed", crowd(world, rng, ["run"], True)
    yield "20 launches of three profiles", crowd(world, rng, kinds, False)
    yield "20 launches of three profiles, 10 killed", crowd(world, rng, kinds, True)


class Guest(World):
    """Another user on the display of a world."""

    def __init__(self, name, uid, host):
        self.host = host
        super().__init__(name, uid)

    def start_x(self):
        for what in "real", "x_auth", "x_pid", "x", "hosts":
            setattr(self, what, getattr(self.host, what))
        with open(self.host.cookie, "rb") as f, open(self.cookie, "wb") as to:
            to.write(f.read())
        os.chown(self.cookie, self.uid, self.uid)

    def stop_x(self):
        pass


def admitted(world, uid):
    """May a program of that uid use the display, without a cookie?"""
    env = dict(os.environ, DISPLAY=world.real, XAUTHORITY="/dev/null")
    return subprocess.run(["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups", "xset", "q"],
                          env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def pair(first, second, number):
    """Two of the first user, one of the second; the first ones end one after the other."""
    problems = []

    def expect(who, uids):
        for uid in first.uid, second.uid:
            if admitted(first, uid) != (uid in uids):
                problems.append("%s: uid %d is %sadmitted" % (who, uid, "not " if uid in uids else ""))

    expect("before", ())
    sessions = [first.launch("run"), first.launch("run"), second.launch("run")]
    for s in sessions:
        s.expect("up")
    expect("all run", (first.uid, second.uid))
    for s, uids, who in zip(sessions, ((first.uid, second.uid), (second.uid,), ()),
                            ("one ended", "two ended", "all ended")):
        s.process.send_signal(number)
        s.wait()
        time.sleep(4 if number == signal.SIGKILL else 0.2)
        expect(who, uids)
    for w in first, second:
        problems += gone(w, 20 * matrix.SLOWNESS)
    for s in sessions:
        s.close()
    return problems


def users(names=("TERM", "KILL")):
    first = World("ada", 1001)
    second = Guest("bob", 1002, first)
    try:
        for name in names:
            yield "two users on one display, %s" % name, pair(first, second, matrix.SIGNALS[name])
    finally:
        second.end()
        first.end()
