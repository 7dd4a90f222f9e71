#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The live window, on an X server of its own whose screen is a file.

    window.py CNNTRAIN

Prints TAP."""

import os
import select
import subprocess
import sys
import time

import numpy as np

from lib.data import read_losses, run_tests
from lib.place import Place

WIDTH, HEIGHT = 960, 640


class Tests(Place):
    def __init__(self, program):
        super().__init__(program)
        read, write = os.pipe()
        # pylint: disable-next=consider-using-with
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir",
             self.folder.name, "-nolisten", "tcp", "-ac", "-noreset"], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        assert select.select([read], [], [], 30)[0], "no X server"
        number = b""
        while not number.endswith(b"\n"):  # it comes in pieces
            more = os.read(read, 16)
            assert more, "the X server ended"
            number += more
        self.display = ":" + number.decode().strip()
        os.close(read)

    def train(self, name, *more, **how):
        return [[self.program, "--fashion", "--data_dir", self.data, "--log_dir", self.path(name),
                 "--threads", "1", *more],
                {"env": {**os.environ, "DISPLAY": self.display}, "text": True,
                 "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **how}]

    def filters(self):
        """What the screen has where the window draws them."""
        size = WIDTH * HEIGHT * 4
        with open(self.folder.name + "/Xvfb_screen0", "rb") as f:
            pixels = np.frombuffer(f.read()[-size:], np.uint8).reshape(HEIGHT, WIDTH, 4)
        return pixels[HEIGHT * 85 // 100:].copy()

    def test_follows_the_training(self):
        """Filters change within an epoch, and the weights are those of a run nobody looks at."""
        steps = ["--batch_size", "1", "--num_epochs", "1"]
        command, how = self.train("seen", *steps, "--gui")
        seen = set()
        with subprocess.Popen(command, **how) as run:
            while run.poll() is None:
                seen.add(self.filters().tobytes())
                time.sleep(0.2)
                if len(seen) > 3 and not os.path.exists(self.path("seen") +
                                                        "/train.safetensors.tmp"):
                    break
            epochs = os.path.exists(self.path("seen") + "/model.safetensors")
            text = run.communicate(timeout=120)[0]
        assert run.returncode == 0, text
        assert len(seen) > 3 and not epochs, (len(seen), epochs)
        command, how = self.train("unseen", *steps)
        subprocess.run(command, check=True, **how)
        assert read_losses(self.path("seen")) == read_losses(self.path("unseen"))


if __name__ == "__main__":
    tests = Tests(sys.argv[1])
    try:
        STATUS = run_tests(tests)
    finally:
        tests.server.terminate()
        tests.server.wait()
    sys.exit(STATUS)
