# SPDX-License-Identifier: MIT
"""Races of names of images: (case, seed) -> held; case is an attack.Attack that was set up, and the
seed says in what order and with what pauses. Those named race_ are for `make soak`."""
import contextlib
import os
import random
import subprocess
import threading
import time

import attack
import kit


def tag(image, name):
    """`docker tag`, without the 20 ms of its client."""
    repository, _, version = name.rpartition(":")
    return kit.engine.call("POST", "/images/%s/tag?repo=%s&tag=%s" % (image, repository, version))[0]


@contextlib.contextmanager
def retagging(name, images, rng):
    """Gives a name to one image after the other, all the while."""
    end = threading.Event()

    def loop():
        while not end.is_set():
            tag(rng.choice(images), name)
            time.sleep(rng.choice((0, 0, 0.001, 0.01)))

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def image_id(name):
    return kit.engine.get("/images/%s/json" % name)["Id"]


def marked(case, name, base="busybox"):
    """An image whose /who says its name; made once."""
    if kit.engine.call("GET", "/images/%s/json" % name)[0] == 404:
        where = os.path.join(case.project, "make-" + name.replace(":", "-"))
        os.mkdir(where)
        with open(os.path.join(where, "Dockerfile"), "w") as f:
            f.write("FROM %s\nCOPY who /who\n" % base)
        with open(os.path.join(where, "who"), "w") as f:
            f.write(name)
        kit.tool("docker", "build", "-q", "-t", name, where, env=kit.environment(), stderr=subprocess.DEVNULL)
    return image_id(name)


def build_one(case, who, base, name):
    """A project that builds the same name as others do."""
    top = os.path.join(case.project, who)
    case.write(who + "/.git/HEAD", "ref: refs/heads/main\n")
    case.write(who + "/Dockerfile", "FROM %s\nCOPY mine /mine\n" % base)
    case.write(who + "/mine", who)
    case.write(who + "/cnnrun.lua", 'local cnn = require "cnnrun"\nreturn cnn.profile { setup = function(c)\n'
               'c:build { tag = "%s", context = "." } end }\n' % name)
    os.chown(top, case.uid, case.uid)
    return top


def builds(case, seed):
    """Two projects build one name at once, beside a loop that gives it to others: each runs its own."""
    rng = random.Random(seed)
    others = [marked(case, "other:1"), marked(case, "other:2")]
    ran, shared = {}, "shared-%d:latest" % seed

    def run(who):
        where = build_one(case, who, "busybox", shared)
        time.sleep(rng.random() / 20)
        ran[who] = case.attempt("./cnnrun.lua", "--", "cat", "/mine", cwd=where)

    names = ["a%d" % seed, "b%d" % seed]
    with retagging(shared, others, rng):
        threads = [threading.Thread(target=run, args=(n,)) for n in names]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    return all((ran[n].code, ran[n].out) == (0, n) for n in names)


def runs(case, seed):
    """An image's name goes round while it is run: what runs is what cnnrun said it runs."""
    rng = random.Random(seed)
    both = [marked(case, "other:1"), marked(case, "other:2")]
    name = "round-%d:1" % seed
    case.profile(image=name)
    tag(both[0], name)
    with retagging(name, both, rng):
        r = case.attempt("-v", "./cnnrun.lua", "--", "cat", "/who")
    ids = dict(zip(both, ("other:1", "other:2")))
    said = [ids[i] for i in both if "image %s is %s" % (name, i) in r.err]
    return r.code == 0 and said == [r.out]


def bases(case, seed):
    """The name of a base goes round while an image is built from it: when it stands still, what
    runs is of the base that bears the name."""
    rng = random.Random(seed)
    both = [marked(case, "other:1"), marked(case, "other:2")]
    base = "base-%d:1" % seed
    tag(both[0], base)
    where = build_one(case, "c%d" % seed, base, "based-%d:1" % seed)
    with retagging(base, both, rng):
        first = case.attempt("./cnnrun.lua", "--", "cat", "/who", cwd=where)
    if first.code and "given to another image" not in first.err:
        return False
    held = True
    for i, name in enumerate(("other:1", "other:2")):
        tag(both[i], base)
        r = case.attempt("./cnnrun.lua", "--", "cat", "/who", cwd=where)
        held = held and (r.code, r.out) == (0, name)
    return held


class Alone(attack.Attack):
    """Without a test around it, beside others."""

    def runTest(self):
        """Not run."""

    def check_traces(self):
        """Others leave theirs."""

    sweep = check_traces


def alone(what, seed):
    kit.install()
    case = Alone()
    case.setUp()
    try:
        return what(case, seed)
    finally:
        case.doCleanups()


def race_builds(seed):
    return alone(builds, seed)


def race_runs(seed):
    return alone(runs, seed)


def race_bases(seed):
    return alone(bases, seed)
