# SPDX-License-Identifier: MIT
"""make soak: every race of tests/attack/races_*.py, many times. race(seed) is true where the
attempt was held. Those of one file share names and take turns; files run side by side."""
import glob
import importlib
import os
import queue
import sys
import threading
import traceback

import kit

HERE = os.path.join(kit.TOP, "tests", "attack")


def races():
    """[(file, name, function)], in order; the name is the first sentence of what it says."""
    if HERE not in sys.path:
        sys.path.insert(0, HERE)
    for path in sorted(glob.glob(os.path.join(HERE, "races_*.py"))):
        module = importlib.import_module(os.path.basename(path)[:-3])
        for name in sorted(vars(module)):
            if name.startswith("race") and callable(vars(module)[name]):
                topic = module.__name__[len("races_"):]
                yield topic, topic + name[len("race"):].replace("_", " "), vars(module)[name]


def run(seed, n, workers, done):
    """done(race, seed, problems) after each, from several threads, one file a thread."""
    kit.environment(kit.USER)  # made once, before many want it
    files = queue.Queue()
    by_file = {}
    for file, name, race in races():
        by_file.setdefault(file, []).append((name, race))
    for jobs in by_file.values():
        files.put(jobs)

    def work():
        while True:
            try:
                jobs = files.get_nowait()
            except queue.Empty:
                return
            for name, race in jobs:
                for i in range(n):
                    done(name, seed + i, attempt(race, seed + i))
    threads = [threading.Thread(target=work) for _ in range(workers)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def attempt(race, seed):
    """What is wrong: nothing, where it was held."""
    try:
        return [] if race(seed) else ["it succeeded"]
    except Exception:  # what cannot be told has failed
        return [traceback.format_exc(limit=-3)]
