# SPDX-License-Identifier: MIT
"""rows.py [TEST…]: runs the rows on the engine of DOCKER_HOST. "ok N - ROW", and "# no: WHY"
where the engine cannot."""
import os
import sys
import unittest

FILES = ["test_files", "test_sessions", "test_builds", "test_given", "test_services", "test_reach"]
HERE = os.path.dirname(os.path.abspath(__file__))


class Rows(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.count = 0

    def line(self, word, test, note=""):
        self.count += 1
        print("%s %d - %s%s" % (word, self.count, test.shortDescription() or test.id(), note), flush=True)

    def addSuccess(self, test):
        self.line("ok", test)

    def addSkip(self, test, reason):
        self.line("ok", test, " # no: " + reason)

    def addError(self, test, err):
        self.line("not ok", test)
        for text in self._exc_info_to_string(err, test).rstrip().split("\n"):
            print("#   " + text, flush=True)

    addFailure = addError


def main(wanted):
    sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "e2e")]
    loader = unittest.TestLoader()
    result = Rows()
    loader.loadTestsFromNames(wanted or FILES).run(result)
    print("1..%d" % result.count)


main(sys.argv[1:])
