# SPDX-License-Identifier: MIT
"""Several processes of the program, started with torchrun's variables."""
import os
import socket
import subprocess
import tempfile
import time

from lib.data import make_data, read_losses

LIMIT = 60  # seconds after which a process hangs


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def clean_environment():
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_", "OMPI_", "PMI", "SLURM_", "DISPLAY",
             "TORCHELASTIC_")
    return {k: v for k, v in os.environ.items() if not k.startswith(names)}


class Team:
    """What tests of several ranks share."""

    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.folder = tempfile.TemporaryDirectory(prefix="cnntrain-")
        self.data = self.folder.name + "/data"
        os.mkdir(self.data)
        make_data(self.data)

    def logs(self, name):
        return f"{self.folder.name}/{name}"

    def command(self, name, *more):
        return [self.program, "--fashion", "--data_dir", self.data, "--log_dir", self.logs(name),
                "--batch_size", "64", "--num_epochs", "1", "--num_workers", "0",
                "--log_level", "warning", *more]

    def start(self, name, environment, *more):
        env = {**clean_environment(), "CNNTRAIN_TIMEOUT": "20", **environment}
        return subprocess.Popen(self.command(name, *more), env=env, text=True,
                                stderr=subprocess.PIPE)

    def start_team(self, name, world, *more, address="127.0.0.1", special=None, port=None):
        """special: by rank, other variables, or None for a rank that is not started, and
        more options."""
        port, team = port or free_port(), []
        for rank in range(world):
            variables, options = (special or {}).get(rank, ({}, ()))
            if variables is None:
                continue
            env = {"RANK": str(rank), "WORLD_SIZE": str(world), "LOCAL_RANK": str(rank),
                   "MASTER_ADDR": address, "MASTER_PORT": str(port), **variables}
            team.append(self.start(name, env, *more, *options))
        return team

    def end(self, team):
        """(status, stderr) of each; all within the limit."""
        ends = []
        for process in team:
            try:
                _, text = process.communicate(timeout=LIMIT)
            except subprocess.TimeoutExpired:
                for p in team:
                    p.kill()
                raise AssertionError("a rank hangs") from None
            ends.append((process.returncode, text))
        return ends

    def run_team(self, name, world, *more, **how):
        ends = self.end(self.start_team(name, world, *more, **how))
        assert all(end == (0, "") for end in ends), ends

    def run_alone(self, name, *more):
        assert self.end([self.start(name, {}, *more)]) == [(0, "")]

    def curve(self, name):
        return read_losses(self.logs(name))

    def refused(self, ends, text):
        for status, line in ends:
            assert status == 1 and text in line and line.count("\n") == 1, (text, ends)

    def wait_for_step(self, name):
        path, limit = self.logs(name) + "/train.safetensors", time.monotonic() + LIMIT
        while not os.path.exists(path):
            assert time.monotonic() < limit, "no step was taken"
            time.sleep(0.02)
