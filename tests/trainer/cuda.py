#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The program with the emulated CUDA backend: its self-test, ranks that share a batch, and
what it says where there is no GPU.

    cuda.py CNNTRAIN_EMULATED CNNTRAIN_MPI_SO

Prints TAP."""

import os
import shutil
import subprocess
import sys
import tempfile

from lib.data import make_data, read_losses, run_tests


class Tests:
    def __init__(self, program, plugin):
        self.folder = tempfile.TemporaryDirectory(prefix="cnntrain-")
        self.program = self.folder.name + "/cnntrain"
        shutil.copy(program, self.program)
        if os.path.exists(plugin):  # is looked for beside the program
            shutil.copy(plugin, self.folder.name)
        self.data = self.folder.name + "/data"
        os.mkdir(self.data)
        make_data(self.data, 40, 10)

    def run(self, *args, ranks=1, **emulate):
        env = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
        env["EMULATE_DIR"] = self.folder.name
        env |= {"EMULATE_" + k.upper(): str(v) for k, v in emulate.items()}
        env["CNNTRAIN_WITHOUT"] = "amx_bf16,avx512_bf16"  # whatever this processor has
        start = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(ranks)]
        return subprocess.run((start if ranks > 1 else []) + [self.program, *args], env=env,
                              text=True, capture_output=True, check=False)

    def train(self, name, *args, **how):
        logs = f"{self.folder.name}/{name}"
        return logs, self.run("--fashion", "--data_dir", self.data, "--log_dir", logs,
                              "--batch_size", "36", "--num_epochs", "2", "--threads", "1",
                              *args, **how)

    def test_selftest(self):
        got = self.run("selftest", "--device", "cuda", order=11, lazy=1)
        lines = got.stdout.splitlines()
        assert got.returncode == 0, [line for line in lines if not line.startswith("ok")]
        for precision in ("fp32", "tf32", "bf16"):
            assert any(line.startswith("selftest of cuda") and precision in line
                       for line in lines), precision
        assert sum("the same bits" in line for line in lines) == 6
        for what in ("conv 3x3", "linear", "norm", "relu", "wavelet of", "softmax", "Adam"):
            assert sum(line.startswith("ok     " + what) for line in lines) >= 6, what

    def test_ranks(self):
        """Processes with a GPU each take the steps of one GPU, but for rounding."""
        curves = []
        for ranks in (1, 2, 4):
            logs, got = self.train(f"ranks{ranks}", "--device", "cuda", ranks=ranks,
                                   devices=ranks)
            assert got.returncode == 0, got.stderr
            curves.append(read_losses(logs))
        assert len(curves[0]) == 4
        for curve in curves[1:]:
            assert all(abs(a - b) < 2e-4 * b for a, b in zip(curve, curves[0])), curves

    def test_ranks_without_nccl(self):
        _, got = self.train("no-nccl", "--device", "cuda", ranks=2, devices=2, no_nccl=1)
        assert got.returncode != 0
        assert "several processes need NCCL, but libnccl.so.2 is not there" in got.stderr, got

    def test_more_ranks_than_gpus(self):
        _, got = self.train("crowd", "--device", "cuda", ranks=3, devices=2)
        assert got.returncode != 0
        assert "process 3 of this machine finds 2 GPUs: start one process a GPU" in got.stderr

    def test_no_driver(self):
        _, got = self.train("none", "--device", "cuda", devices=0)
        assert got.returncode == 1 and got.stderr.count("\n") == 1, got
        assert got.stderr.startswith("cnntrain: --device cuda: no GPU can be used"), got
        logs, got = self.train("auto", "--max_steps", "1", devices=0)
        assert got.returncode == 0 and len(read_losses(logs)) == 1, got
        for device in ("auto", "cpu"):
            _, got = self.train("half", "--device", device, "--precision", "bf16", devices=0)
            assert got.returncode == 1 and got.stderr.count("\n") == 1, got
            assert "this processor has neither amx_bf16 nor avx512_bf16" in got.stderr, got


if __name__ == "__main__":
    sys.exit(run_tests(Tests(*sys.argv[1:])))
