#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Several processes, end to end on the program: started with torchrun's variables, over TCP
on the loopback, they take one process's steps; every mistake of a start is one line; when one
dies the others end. (Over MPI: checkpoint.py, and here what mpirun -n 4 does to the threads.)

    ranks.py CNNTRAIN

Makes its own small images. Prints TAP."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import numpy as np

from lib.data import make_data, read_safetensors, run_tests
from lib.team import LIMIT, Team, clean_environment, free_port


class Tests(Team):
    def test_curve(self):
        """Two and four ranks, by IPv4, IPv6 and name, take one process's steps."""
        self.run_alone("one", "--max_steps", "4", "--threads", "1")
        one = self.curve("one")
        assert len(one) == 4
        for world, address in ((2, "127.0.0.1"), (4, "localhost"), (2, "::1")):
            if address == "::1" and not socket.has_dualstack_ipv6():
                continue
            name = f"tcp{world}{address}"
            self.run_team(name, world, "--max_steps", "4", address=address)
            assert np.allclose(self.curve(name), one, rtol=2e-4), (self.curve(name), one)

    def test_same_bits(self):
        """Chance of time changes nothing: a second run ends with the same bits."""
        for name in ("first", "second"):
            self.run_team(name, 3, "--max_steps", "3")
        a, b = (read_safetensors(self.logs(n) + "/train.safetensors")
                for n in ("first", "second"))
        assert all((t == b[key]).all() for key, t in a.items())

    def test_resume(self):
        """A team goes on from another team's checkpoint, and from one process's."""
        self.run_alone("whole", "--max_steps", "6", "--threads", "1")
        self.run_team("mixed", 2, "--max_steps", "2")
        self.run_team("mixed", 4, "--max_steps", "4", "--resume")
        self.run_alone("mixed", "--max_steps", "6", "--resume")
        assert np.allclose(self.curve("mixed"), self.curve("whole"), rtol=2e-3), (
            self.curve("mixed"), self.curve("whole"))

    def test_slurm_without_mpi(self):
        port = str(free_port())
        ends = self.end([self.start("slurm", {
            "SLURM_PROCID": str(rank), "SLURM_NTASKS": "2", "SLURM_LOCALID": str(rank),
            "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}, "--max_steps", "2")
            for rank in range(2)])
        assert ends == [(0, ""), (0, "")], ends

    def test_one_is_alone(self):
        self.run_team("alone", 1, "--max_steps", "1", address="nowhere.invalid")

    def test_wrong_variables(self):
        good = {"RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": str(free_port())}
        for wrong, text in (
                ({"RANK": "x"}, "RANK=x: a number from 0 to 1"),
                ({"RANK": "2"}, "RANK=2: a number from 0 to 1"),
                ({"RANK": "-1"}, "RANK=-1: a number from 0 to 1"),
                ({"RANK": ""}, "RANK is not set"),
                ({"WORLD_SIZE": "two"}, "WORLD_SIZE=two: a number from 1"),
                ({"LOCAL_RANK": "7"}, "LOCAL_RANK=7"),
                ({"MASTER_ADDR": ""}, "MASTER_ADDR is not set"),
                ({"MASTER_ADDR": "nowhere.invalid"}, "MASTER_ADDR nowhere.invalid: "),
                ({"MASTER_ADDR": "192.0.2.1"}, "MASTER_ADDR 192.0.2.1 is not this machine"),
                ({"MASTER_PORT": ""}, "MASTER_PORT is not set"),
                ({"MASTER_PORT": "70000"}, "MASTER_PORT=70000: a number from 1"),
                ({"CNNTRAIN_TIMEOUT": "0"}, "CNNTRAIN_TIMEOUT=0")):
            env = dict(clean_environment(), **{**good, **wrong})
            result = subprocess.run(self.command("wrong"), env=env, text=True, timeout=LIMIT,
                                    stderr=subprocess.PIPE, check=False)
            self.refused([(result.returncode, result.stderr)], text)

    def test_missing(self):
        """Who is missing, by name, at rank 0 and at the one that came."""
        short = {"CNNTRAIN_TIMEOUT": "1"}
        team = self.start_team("missing", 4, special={
            0: (short, ()), 1: (None, ()), 2: (short, ()), 3: (None, ())})
        self.refused(self.end(team), "ranks 1, 3 of 4 did not report")
        team = self.start_team("missing", 2, special={0: (None, ()), 1: (short, ())})
        self.refused(self.end(team), "rank 0 did not answer at 127.0.0.1")

    def test_two_with_one_rank(self):
        team = self.start_team("twice", 3, special={2: ({"RANK": "1"}, ())})
        self.refused(self.end(team), "two processes were started with RANK=1")

    def test_other_world(self):
        team = self.start_team("world", 2, special={1: ({"WORLD_SIZE": "3"}, ())})
        self.refused(self.end(team), "rank 1 was started with WORLD_SIZE=3")

    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            env = {"MASTER_PORT": str(other.getsockname()[1])}
            team = self.start_team("port", 2, special={0: (env, ()), 1: (None, ())})
            self.refused(self.end(team), "choose another MASTER_PORT")

    def test_stranger(self):
        """A program that speaks something else does not disturb rank 0."""
        port = free_port()
        team = self.start_team("stranger", 2, "--max_steps", "1", special={1: (None, ())},
                               port=port)
        self.wait_for_listener(port)
        with socket.create_connection(("127.0.0.1", port)) as other:
            other.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            team.append(self.start("stranger", {
                "RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": str(port)}, "--max_steps", "1"))
            ends = self.end(team)
            assert ends == [(0, ""), (0, "")], ends

    def wait_for_listener(self, port):
        limit = time.monotonic() + LIMIT
        while time.monotonic() < limit:
            with open("/proc/net/tcp", encoding="ascii") as f:
                if any(line.split()[1].endswith(f":{port:04X}") for line in f):
                    return
            time.sleep(0.02)
        raise AssertionError("rank 0 does not listen")

    def test_other_options(self):
        for options, text in ((("--seed", "7"), "rank 1 has another --seed"),
                              (("--batch_size", "32"), "rank 1 has another --batch_size"),
                              (("--mnist",), "rank 1 has another data set"),
                              (("--isa", "plain"), "rank 1 has another set of CPU kernels")):
            team = self.start_team("options", 2, special={1: ({}, options)})
            self.refused(self.end(team), text)

    def test_other_images(self):
        """The same data set, but of other files: noticed in the first step."""
        more = self.folder.name + "/more"
        os.mkdir(more)
        make_data(more, train=740)
        team = self.start_team("images", 2, "--batch_size", "1000",
                               special={1: ({}, ("--data_dir", more))})
        ends = self.end(team)
        assert all(status == 1 and text.count("\n") == 1 for status, text in ends), ends
        assert any("has other images or options" in text for _, text in ends), ends

    def test_other_checkpoint(self):
        """--resume where only rank 0 has the checkpoint (--log_dir is not shared)."""
        self.run_team("unshared", 2, "--max_steps", "1")
        team = self.start_team("unshared", 2, "--resume", "--max_steps", "2", special={
            1: ({}, ("--log_dir", self.logs("elsewhere")))})
        self.refused(self.end(team), "rank 1 has another step")

    def test_killed(self):
        """One dies between any two bytes: the others end with one line."""
        for dies in (0, 1, 3):
            name = f"killed{dies}"
            team = self.start_team(name, 4, "--num_epochs", "1000", "--save_every", "1")
            self.wait_for_step(name)
            team[dies].send_signal(signal.SIGKILL)
            began, ends = time.monotonic(), self.end(team)
            assert time.monotonic() - began < 20
            assert ends.pop(dies)[0] == -signal.SIGKILL
            self.refused(ends, "with it the team; start all ranks again with --resume")

    def test_failed(self):
        """A rank that fails on its own says why, the others that it is lost."""
        broken = self.folder.name + "/broken"
        shutil.copytree(self.data, broken)
        os.truncate(broken + "/train-images-idx3-ubyte.gz", 1000)
        team = self.start_team("failed", 2, special={1: ({}, ("--data_dir", broken))})
        first, second = self.end(team)
        self.refused([first], "lost rank 1")
        self.refused([second], broken)

    def test_signal(self):
        """SIGTERM to one rank saves and ends all."""
        team = self.start_team("signal", 2, "--num_epochs", "1000", "--save_every", "1")
        self.wait_for_step("signal")
        team[1].terminate()
        assert [status in (0, -signal.SIGTERM) for status, _ in self.end(team)] == [True, True]

    def has_mpi(self):
        plugin = os.path.dirname(self.program) + "/cnntrain-mpi.so"
        return shutil.which("mpirun") and os.path.exists(plugin)

    def mpirun(self, name, *more):
        return ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "4"] + \
            self.command(name, *more)

    def test_mpi_threads(self):
        """Four ranks of mpirun share the processors, and MPI wins over RANK."""
        if not self.has_mpi():
            return "SKIP no MPI here"
        env = dict(clean_environment(), RANK="0", WORLD_SIZE="9")
        result = subprocess.run(
            self.mpirun("mpi", "--max_steps", "2", "--log_level", "debug"), env=env, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT, check=True)
        threads = max(1, len(os.sched_getaffinity(0)) // 4)
        assert f", {threads} thread{'s' if threads > 1 else ''})" in result.stdout, result
        assert result.stdout.count("first step") == 1, result.stdout
        return ""

    @staticmethod
    def runs(pid):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii") as f:
                return f.read().rsplit(")", 1)[1].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def test_mpi_killed(self):
        if not self.has_mpi():
            return "SKIP no MPI here"
        process = subprocess.Popen(
            self.mpirun("mpikill", "--num_epochs", "1000", "--save_every", "1"),
            env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.wait_for_step("mpikill")
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as f:
            ranks = [int(pid) for pid in f.read().split()]
        os.kill(ranks[1], signal.SIGKILL)
        process.communicate(timeout=LIMIT)
        assert process.returncode != 0, ranks
        limit = time.monotonic() + 20
        while any(self.runs(pid) for pid in ranks):
            assert time.monotonic() < limit, "ranks are left"
            time.sleep(0.05)
        return ""


if __name__ == "__main__":
    sys.exit(run_tests(Tests(sys.argv[1])))
