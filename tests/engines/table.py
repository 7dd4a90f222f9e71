# SPDX-License-Identifier: MIT
"""table.py run NAME CELLS : runs the rows (ROWS="test_files.Files.test_user …": some of them) on an
engine, which says TAP; what came of them goes to the directory CELLS.
table.py names : which engines there are.
table.py show CELLS : the table of docs/engines.md."""
import json
import os
import re
import signal
import subprocess
import sys

import engines

HERE = os.path.dirname(os.path.abspath(__file__))
LINE = re.compile(r"(not )?ok \d+ - (.*?)(?: # no: (.*))?$")


def start_rows(engine):
    env = dict(os.environ, DOCKER_HOST="unix://" + engine.socket, CNNRUN_TEST_DIR=engine.dir,
               ENGINE_CDI=engine.cdi, HOME=os.path.join(engine.dir, "h"),
               XDG_RUNTIME_DIR=os.path.join(engine.dir, "r"))
    os.mkdir(env["HOME"], 0o700)
    os.mkdir(env["XDG_RUNTIME_DIR"], 0o700)
    words = [sys.executable, os.path.join(HERE, "rows.py")] + os.environ.get("ROWS", "").split()
    return subprocess.Popen(engine.beside() + words, env=env, stdout=subprocess.PIPE, text=True)


def run(engine, where):
    cells = {}
    engine.place(os.path.join(os.environ["CNNRUN_TEST_DIR"], "e"))  # Podman wants a short path
    try:
        engine.start()
        title = engine.title()
        with open(os.environ["ENGINE_IMAGE"]) as image:
            engine.docker("load", "-q", stdin=image)
        p = start_rows(engine)
        for line in p.stdout:
            print(line, end="", flush=True)
            m = LINE.match(line)
            if m:
                cells[m[2]] = "FAILS" if m[1] else m[3] or "yes"
    finally:
        engine.stop()
    os.makedirs(where, exist_ok=True)
    with open(os.path.join(where, engine.name), "w") as f:
        json.dump({"title": title, "cells": cells}, f)
    return p.wait()


def table(columns):
    rows, notes = [], []
    for c in columns:
        rows += [r for r in c["cells"] if r not in rows]
    lines = ["| | " + " | ".join(c["title"] for c in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for row in rows:
        words = []
        for said in (c["cells"].get(row, "FAILS") for c in columns):
            if said not in ("yes", "FAILS"):
                if said not in notes:
                    notes.append(said)
                said = "no, %d" % (notes.index(said) + 1)
            words.append(said)
        lines.append("| %s | %s |" % (row, " | ".join(words)))
    return "\n".join(lines + [""] + ["%d. %s" % (i + 1, n) for i, n in enumerate(notes)])


def show(where):
    columns = []
    for e in engines.ALL:
        path = os.path.join(where, e.name)
        if os.path.exists(path):
            with open(path) as f:
                columns.append(json.load(f))
    print(table(columns))


def main(what, *words):
    if what == "names":
        print("\n".join(e.name for e in engines.ALL))
    elif what == "show":
        show(*words)
    else:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the engine is stopped all the same
        sys.exit(run([e for e in engines.ALL if e.name == words[0]][0], words[1]))


main(*sys.argv[1:])
