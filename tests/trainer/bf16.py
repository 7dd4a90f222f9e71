#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""--precision bf16 on the CPU, by the plain kernels and by each that this processor has: as
repeatable as fp32, near it, honest, and refused with its cure where there is none.

    bf16.py CNNTRAIN

Makes its own small images. Prints TAP."""

import json
import os
import sys

import torch

from lib.data import read_losses, read_safetensors, run_tests
from lib.place import Place

NONE = {**os.environ, "CNNTRAIN_WITHOUT": "amx_bf16,avx512_bf16"}


def has(*flags):
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        words = f.read().split()
    return all(flag in words for flag in flags)


class Tests(Place):
    kernels = ["plain_bf16"] + ["avx512_bf16"] * has("avx512_bf16")

    def train(self, name, *args, precision="bf16", **how):
        logs = self.path(name)
        how = {"status": 0, **how}
        result = self.start("--fashion", "--data_dir", self.data, "--device", "cpu", "--log_dir",
                            logs, "--overwrite", "--batch_size", "64", "--num_epochs", "1",
                            "--precision", precision, *args, **how)
        return logs, result.stderr

    def same(self, one, other):
        a, b = (read_safetensors(f"{logs}/train.safetensors") for logs in (one, other))
        assert set(a) == set(b)
        assert all(torch.equal(a[name], b[name]) for name in a)
        assert read_losses(one) == read_losses(other)

    def test_threads(self):
        for isa in self.kernels:
            few = ("--isa", isa, "--max_steps", "3", "--threads")
            one, _ = self.train("one", *few, "1")
            for threads in ("2", "64"):
                more, _ = self.train("more", *few, threads)
                self.same(one, more)

    def test_resume(self):
        for isa in self.kernels:
            whole, _ = self.train("whole", "--isa", isa, "--max_steps", "4")
            self.train("parts", "--isa", isa, "--max_steps", "2")
            parts, _ = self.train("parts", "--isa", isa, "--max_steps", "4", "--resume")
            self.same(whole, parts)

    def test_checkpoint_has_precision(self):
        self.train("marked", "--isa", "plain_bf16", "--max_steps", "1")
        _, line = self.train("marked", "--resume", precision="fp32", status=1)
        assert "--precision" in line and "bf16" in line, line

    def test_near_fp32(self):
        few = ("--max_steps", "6")
        exact = read_losses(self.train("exact", *few, precision="fp32")[0])
        for isa in self.kernels:
            losses = read_losses(self.train("near", "--isa", isa, *few)[0])
            assert losses != exact
            assert all(abs(a - b) < 0.1 for a, b in zip(losses, exact)), (losses, exact)

    def test_best_is_chosen(self):
        best = (["amx_bf16"] * has("amx_bf16", "avx512_bf16") + self.kernels[:0:-1] + [None])[0]
        if best:
            logs, _ = self.train("best", "--max_steps", "1")
            with open(logs + "/train.jsonl", encoding="utf-8") as f:
                device = json.loads(f.readline())["device"]
            # the kernel may keep AMX to itself
            assert f"({best}," in device or "(avx512_bf16," in device, device

    def test_none_is_said(self):
        _, line = self.train("none", status=1, env=NONE)
        assert "this processor has neither amx_bf16 nor avx512_bf16" in line, line
        cure = line.rsplit("with ", 1)[1].split()
        self.train("cure", "--max_steps", "1", *cure, env=NONE)

    def test_wrong_kernels(self):
        for precision, isa in (("bf16", "plain"), ("fp32", "plain_bf16")):
            _, line = self.train("wrong", "--isa", isa, precision=precision, status=1)
            cure = line.split("say ")[1].split(",")[0].split()
            self.train("wrong", "--isa", isa, "--max_steps", "1", *cure, precision=precision)
        _, line = self.train("wrong", precision="tf32", status=1)
        assert "the CPU has fp32 and bf16 only" in line, line

    def test_diverged(self):
        for isa in self.kernels:
            _, line = self.train("nan", "--isa", isa, "--lr", "1e9", status=1)
            assert "is not finite after step" in line, line

    def test_selftest(self):
        text = self.start("selftest", "--device", "cpu", "--precision", "bf16", "--isa",
                          "plain_bf16").stdout
        assert "selftest of cpu (plain_bf16" in text and "FAIL" not in text, text


if __name__ == "__main__":
    sys.exit(run_tests(Tests(*sys.argv[1:])))
