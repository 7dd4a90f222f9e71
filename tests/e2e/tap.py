# SPDX-License-Identifier: MIT
"""tap.py FILE [TEST…]: runs the unittest file and reports in TAP; TAP_SECONDS=1: with how long each took."""
import importlib.util
import os
import sys
import time
import unittest


class TapResult(unittest.TestResult):
    """One line a test, numbered; the reasons of a failure follow as comments."""

    def __init__(self, name):
        super().__init__()
        self.name = name
        self.count = 0
        self.bad_subtest = False

    def line(self, good, test, note=""):
        self.count += 1
        if "TAP_SECONDS" in os.environ and not note:
            note = " # %.1f s" % (time.monotonic() - self.began)
        what = test.shortDescription() or test.id().split(".")[-1]
        print("%s %d - %s: %s%s" % ("ok" if good else "not ok", self.count, self.name, what, note))
        sys.stdout.flush()

    def trouble(self, test, err):
        self.line(False, test)
        for text in self._exc_info_to_string(err, test).rstrip().split("\n"):
            print("#   " + text)
        sys.stdout.flush()

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()
        self.bad_subtest = False

    def addSuccess(self, test):
        if not self.bad_subtest:
            self.line(True, test)

    def addSubTest(self, test, subtest, err):
        if err:
            self.bad_subtest = True
            self.trouble(subtest, err)

    def addError(self, test, err):
        self.trouble(test, err)

    addFailure = addError

    def addSkip(self, test, reason):
        self.line(True, test, " # SKIP " + reason)


def main(path, wanted):
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromNames(wanted, module) if wanted else loader.loadTestsFromModule(module)
    result = TapResult(name.replace("test_", "", 1))
    suite.run(result)
    print("1..%d" % result.count)


main(sys.argv[1], sys.argv[2:])
