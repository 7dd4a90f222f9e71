# SPDX-License-Identifier: MIT
"""Where a program's runs happen: a folder that goes with it, and a small data set there."""
import os
import subprocess
import tempfile

from lib.data import make_data


class Place:
    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.folder = tempfile.TemporaryDirectory(prefix="cnntrain-")
        self.data = self.path("data")
        os.mkdir(self.data)
        make_data(self.data)

    def path(self, name):
        return f"{self.folder.name}/{name}"

    def start(self, *args, status=0, **how):
        """Who ends with that status says one line of why, and else none.
        None: with any."""
        how = {"stdout": subprocess.PIPE, "cwd": self.folder.name, **how}
        result = subprocess.run([self.program, *args], text=True, check=False, timeout=120,
                                stderr=subprocess.PIPE, **how)
        if status is None:
            return result
        assert result.returncode == status, result
        assert result.stderr.count("\n") == (status != 0), result.stderr
        return result
