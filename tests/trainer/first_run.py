#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""scripts/gpu-first-run.sh as far as it goes without a GPU: with the CPU in its place.

    first_run.py CNNTRAIN

Prints TAP."""

import os
import subprocess
import sys

from lib.data import run_tests
from lib.place import Place

SCRIPT = os.path.dirname(os.path.abspath(__file__)) + "/../../scripts/gpu-first-run.sh"


class Tests(Place):
    def first_run(self, program, *more):
        out = self.path("result.md")
        got = subprocess.run([SCRIPT, "--device", "cpu", "--data", self.data, "--program",
                              program, "--out", out, *more], text=True, check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with open(out, encoding="utf-8") as f:
            return got, f.read()

    def instead(self, words, what):
        """A program that is cnntrain, but for calls that have these words."""
        path = self.path("instead")
        with open(path, "w", encoding="ascii") as f:
            f.write(f"#!/bin/sh\ncase \" $* \" in {words}) {what} ;; esac\n"
                    f"exec '{self.program}' \"$@\"\n")
        os.chmod(path, 0o755)
        return path

    def test_all(self):
        got, text = self.first_run(self.program)
        assert got.returncode == 0, (got, text)
        for row in ("results as near as they have to be |", "| equal to the CPU, 20 steps | losses apart by 0 at most |",
                    "| resume | the same bits", "| a limit of 2 seconds | saved, status 75 |",
                    "| a GPU that is not there | cnntrain: ", "| fp32, batch 64 | ",
                    "0 checks failed"):
            assert row in text, (row, text)

    def test_failures(self):
        """What goes wrong is said, and the rest goes on."""
        program = self.instead('*" selftest "*|*--resume*|*--precision*',
                               'echo broken && exit 1')
        got, text = self.first_run(program, "--seconds", "300")
        assert got.returncode == 1, (got, text)
        for row in ("| selftest | **FAILED**: broken |", "| resume | **FAILED**: broken |",
                    "| bf16, batch 64 | **FAILED**: broken |", "5 checks failed"):
            assert row in text, (row, text)


if __name__ == "__main__":
    sys.exit(run_tests(Tests(sys.argv[1])))
