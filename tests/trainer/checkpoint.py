#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Checkpoints, end to end on the program: PyTorch loads ours, ours loads PyTorch's, and a run
that is stopped, or killed again and again, ends with the same bits as an undisturbed one.

    checkpoint.py CNNTRAIN

Makes its own small images. Prints TAP."""

import gzip
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time

import numpy as np
import torch

from lib.data import read_losses, read_safetensors, run_tests, write_safetensors
from lib.place import Place
from lib.simplecnn import SimpleCNN


def masked_crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    crc ^= 0xffffffff
    return ((crc >> 15 | crc << 17) + 0xa282ead8) & 0xffffffff


class Tests(Place):
    def command(self, logs, *more):
        return [self.program, "--fashion", "--data_dir", self.data, "--log_dir", logs,
                "--batch_size", "64", "--num_epochs", "3", "--threads", "2",
                "--log_level", "warning", *more]

    def train(self, name, *more, check=True):
        logs = f"{self.folder.name}/{name}"
        subprocess.run(self.command(logs, *more), check=check)
        return logs

    def test_pytorch_loads_ours(self):
        logs = self.train("whole")
        net = SimpleCNN(1)
        net.load_state_dict(read_safetensors(logs + "/model.safetensors"), strict=True)
        net.eval()
        with gzip.open(self.data + "/t10k-images-idx3-ubyte.gz") as f:
            raw = np.frombuffer(f.read()[16:], dtype=np.uint8).reshape(-1, 1, 28, 28)
        with gzip.open(self.data + "/t10k-labels-idx1-ubyte.gz") as f:
            labels = torch.from_numpy(np.frombuffer(f.read()[8:], dtype=np.uint8).copy()).long()
        images = torch.nn.functional.pad(torch.from_numpy(raw.copy()), (2, 2, 2, 2))
        with torch.no_grad():
            logits = net(images.float() / 127.5 - 1)
        loss = torch.nn.functional.cross_entropy(logits, labels).item()
        accuracy = (logits.argmax(1) == labels).float().mean().item()
        text = subprocess.run(self.command(logs, "--eval"), check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        assert text == f"test_loss = {loss:.4f} test_acc = {accuracy:.4f}\n", (text, loss)
        assert accuracy > 0.8, accuracy

    def test_ours_loads_pytorch(self):
        torch.manual_seed(5)
        net = SimpleCNN(1)
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.1)
        path = self.folder.name + "/torch.safetensors"
        write_safetensors(path, net.state_dict())
        logs = self.train("from-torch", "--weights", path, "--lr", "0", "--max_steps", "1")
        ours, state = read_safetensors(logs + "/model.safetensors"), net.state_dict()
        assert set(ours) == set(state) and len(ours) == 74
        for name, t in state.items():
            if "running" not in name and "tracked" not in name:
                assert torch.equal(ours[name], t), name

    def same_as_whole(self, logs):
        whole = read_safetensors(f"{self.folder.name}/whole/train.safetensors")
        other = read_safetensors(logs + "/train.safetensors")
        assert set(whole) == set(other)
        for name, t in whole.items():
            assert torch.equal(t, other[name]), name

    def test_resume(self):
        logs = self.train("resumed", "--max_steps", "7")
        self.train("resumed", "--resume", "--max_steps", "19", "--threads", "1")
        self.train("resumed", "--resume", "--num_workers", "0")
        self.same_as_whole(logs)

    def test_signal(self):
        logs = self.folder.name + "/signal"
        for number in (signal.SIGTERM, signal.SIGUSR1):
            process = subprocess.Popen(self.command(logs, "--resume"))
            time.sleep(0.12)
            process.send_signal(number)
            assert process.wait() in (0, -number)
        self.train("signal", "--resume")
        self.same_as_whole(logs)

    def test_kill(self):
        logs, chance = self.folder.name + "/killed", random.Random(3)
        for _ in range(12):
            process = subprocess.Popen(self.command(logs, "--resume", "--save_every", "1"))
            time.sleep(chance.uniform(0.02, 0.3))
            process.kill()
            process.wait()
        self.train("killed", "--resume")
        self.same_as_whole(logs)

    def test_broken_checkpoint(self):
        logs = self.train("broken", "--max_steps", "1")
        path = logs + "/train.safetensors"
        with open(path, "r+b") as f:
            f.truncate(1000)
        result = subprocess.run(self.command(logs, "--resume"), stderr=subprocess.PIPE,
                                text=True, check=False)
        assert result.returncode == 1 and path in result.stderr, result
        assert result.stderr.count("\n") == 1, result.stderr


    def test_logs(self):
        """Every line is JSON, every TensorBoard record has its checksums and a known tag."""
        logs = self.train("logs", "--max_steps", "5")
        with open(logs + "/train.jsonl", encoding="utf-8") as f:
            lines = [json.loads(line) for line in f]
        assert [line["step"] for line in lines if "loss" in line] == [1, 2, 3, 4, 5]
        assert 0 <= lines[-1]["test_acc"] <= 1
        name, = (n for n in os.listdir(logs) if "tfevents" in n)
        with open(f"{logs}/{name}", "rb") as f:
            data = f.read()
        records, at = [], 0
        while at < len(data):
            length, check = struct.unpack_from("<QI", data, at)
            body = data[at + 12:at + 12 + length]
            assert check == masked_crc32c(data[at:at + 8])
            assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked_crc32c(body)
            records.append(body)
            at += 16 + length
        assert b"brain.Event:2" in records[0]
        for tag, count in ((b"train/loss", 5), (b"test/accuracy", 1)):
            assert sum(tag in r for r in records) == count, tag

    def test_mpi(self):
        """Two and four processes take the same first steps as one, but for rounding."""
        plugin = os.path.dirname(self.program) + "/cnntrain-mpi.so"
        if not shutil.which("mpirun") or not os.path.exists(plugin):
            return "SKIP no MPI here"
        curves = []
        for world in (1, 2, 4):
            logs = f"{self.folder.name}/mpi{world}"
            start = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(world)]
            env = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
            # under sanitizers: Open MPI does not free all that it takes, nor lock in one order
            env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
            env["TSAN_OPTIONS"] = env.get("TSAN_OPTIONS", "") + ":detect_deadlocks=0"
            subprocess.run((start if world > 1 else []) + self.command(
                logs, "--max_steps", "4", "--threads", "1", "--num_workers", "0"),
                check=True, env=env, stderr=subprocess.PIPE)
            curves.append(read_losses(logs))
        assert len(curves[0]) == 4
        for curve in curves[1:]:
            assert np.allclose(curve, curves[0], rtol=2e-4), curves
        return ""


if __name__ == "__main__":
    sys.exit(run_tests(Tests(sys.argv[1])))
