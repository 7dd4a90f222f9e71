#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The program when something is wrong: it says so in one line, ends with a status, and what was
good before stays.

    honest.py CNNTRAIN

Makes its own small images. Prints TAP."""

import filecmp
import json
import os
import re
import shutil
import stat
import subprocess
import sys

import numpy as np
import torch

from lib.data import make_data, read_safetensors, run_tests, write_safetensors
from lib.place import Place

FILES = ("train.safetensors", "model.safetensors", "train.jsonl")


class Tests(Place):
    def run(self, name, *args, status=0, **how):
        return self.start("--fashion", "--data_dir", self.data, "--log_dir", self.path(name),
                          "--batch_size", "64", "--num_epochs", "2", "--threads", "2", *args,
                          status=status, **how)

    def keep(self, name):
        """A copy of a log folder's files to compare with."""
        shutil.rmtree(self.path("kept"), ignore_errors=True)
        shutil.copytree(self.path(name), self.path("kept"))

    def is_kept(self, name, files=FILES):
        for file in files:
            assert filecmp.cmp(f"{self.path('kept')}/{file}", f"{self.path(name)}/{file}",
                               False), file

    def lines(self, name):
        with open(self.path(name) + "/train.jsonl", encoding="utf-8") as f:
            return [json.loads(line) for line in f]

    def poisoned(self, value):
        """Weights of which one is not finite."""
        self.run("clean", "--overwrite", "--max_steps", "1")
        state = read_safetensors(self.path("clean") + "/model.safetensors")
        state["layers.3.main_block.0.conv.weight"][1, 2, 0, 1] = value
        write_safetensors(self.path("poison.safetensors"), state)
        return self.path("poison.safetensors")

    def test_not_finite(self):
        """A loss that is not finite ends the run in that step, before anything is saved."""
        for value in (float("nan"), float("inf")):
            weights = self.poisoned(value)
            line = self.run("nan", "--weights", weights, "--save_every", "1", "--lr", "0.25",
                            status=1).stderr
            assert "the loss is not finite after step 1 at --lr 0.25" in line, line
            assert not os.path.exists(self.path("nan") + "/train.safetensors")
            line = self.run("nan", "--eval", "--weights", weights, status=1).stderr
            assert "the test loss is not finite" in line, line
            shutil.rmtree(self.path("nan"))

    def test_not_finite_later(self):
        """The last good checkpoint is whole, and is gone on from."""
        self.run("later", "--max_steps", "3")
        self.keep("later")
        path = self.path("later") + "/train.safetensors"
        with open(path, "rb") as f:
            good = f.read()
        at = good.index(b"adam.v.layers.1.main_block.0.conv.weight")
        length = int.from_bytes(good[:8], "little")
        begin = int(re.search(rb'data_offsets":\[(\d+)', good[at:]).group(1))
        bad = bytearray(good)
        bad[8 + length + begin:12 + length + begin] = np.float32("nan").tobytes()
        with open(path, "wb") as f:
            f.write(bad)
        line = self.run("later", "--resume", "--save_every", "1", status=1).stderr
        assert "not finite after step " in line and "--lr 0.001" in line, line
        with open(path, "rb") as f:
            assert f.read() == bad
        with open(path, "wb") as f:
            f.write(good)
        self.run("later", "--resume")

    def test_huge_rate(self):
        """However it diverges: what is saved can be gone on from."""
        for rate in ("1e9", "1e5"):
            name = "huge" + rate
            result = subprocess.run(
                [self.program, "--fashion", "--data_dir", self.data, "--log_dir",
                 self.path(name), "--batch_size", "64", "--num_epochs", "9", "--lr", rate],
                capture_output=True, text=True, check=False, timeout=120)
            if result.returncode:
                assert f"--lr {float(rate):g}" in result.stderr, result
                assert result.stderr.count("\n") == 1, result
            if os.path.exists(self.path(name) + "/train.safetensors"):
                for key, t in read_safetensors(self.path(name) + "/train.safetensors").items():
                    assert torch.isfinite(t).all(), (rate, key)

    def test_data_dir(self):
        """The directory that is given is the only one looked at, and which one is said."""
        out = self.run("place", "--max_steps", "1").stdout
        assert f"700 training and 200 test images of Fashion-MNIST from {self.data}\n" in out
        assert self.lines("place")[0]["from"] == self.data
        assert self.data in self.run("place", "--eval").stdout
        os.makedirs(self.path("cwd/data"))
        make_data(self.path("cwd/data"))
        empty = self.path("empty")
        os.mkdir(empty)
        for kind, word in (("--fashion", "fashion"), ("--mnist", "mnist"), (None, "cifar10")):
            for extra in ([], ["--eval"]):
                args = [kind] if kind else []
                line = self.start(*args, *extra, "--data_dir", empty, cwd=self.path("cwd"),
                                  status=1).stderr
                assert f" images in {empty}; 'cnntrain fetch {word} --data_dir" in line, line
        out = self.start("--fashion", "--max_steps", "1", cwd=self.path("cwd")).stdout
        assert "Fashion-MNIST from ./data\n" in out, out

    def test_half_a_data_set(self):
        """Parts of a set are not made whole with another place's."""
        half = self.path("half")
        shutil.copytree(self.data, half + "/FashionMNIST/raw")
        os.unlink(half + "/FashionMNIST/raw/t10k-labels-idx1-ubyte.gz")
        line = self.start("--fashion", "--data_dir", half, status=1).stderr
        assert f"no t10k-labels-idx1-ubyte(.gz) in {half}/FashionMNIST/raw" in line, line

    def test_outputs_first(self):
        """What cannot be written is known before the first step."""
        os.mkdir(self.path("folder"))
        for plot in ("nowhere/x.png", "folder"):
            line = self.run("plot", "--plot", self.path(plot), status=1).stderr
            assert line.startswith(f"cnntrain: --plot: {self.path(plot)}"), line
            assert not os.path.exists(self.path("plot") + "/train.jsonl")
        line = self.run("nowhere/logs", status=1).stderr
        assert "--log_dir" in line and "No such file or directory" in line, line
        with open(self.path("file"), "w", encoding="ascii"):
            pass
        assert "Not a directory" in self.run("file", status=1).stderr
        for name in ("train.safetensors", "model.safetensors.tmp"):
            os.makedirs(self.path("odd") + "/" + name)
            assert "Is a directory" in self.run("odd", "--overwrite", status=1).stderr
            assert not os.path.exists(self.path("odd") + "/train.jsonl")
            shutil.rmtree(self.path("odd"))

    def test_ordinary_files(self):
        """What is no ordinary file is not replaced by one, whoever may."""
        os.mkfifo(self.path("pipe"))
        os.symlink("pipe", self.path("link"))
        for name in ("pipe", "link"):
            line = self.run("ordinary", "--plot", self.path(name), "--max_steps", "1",
                            status=1).stderr
            assert f"--plot: {self.path(name)}: is no ordinary file" in line, line
            assert not os.path.exists(self.path("ordinary") + "/train.jsonl")
        os.makedirs(self.path("ordinary"), exist_ok=True)
        os.mkfifo(self.path("ordinary/model.safetensors"))
        line = self.run("ordinary", "--overwrite", "--max_steps", "1", status=1).stderr
        assert "model.safetensors: is no ordinary file" in line, line
        assert stat.S_ISFIFO(os.stat(self.path("ordinary/model.safetensors")).st_mode)

    def test_saved_before_drawn(self):
        """A plot that cannot be written after the epoch has not cost the epoch."""
        os.mkdir(self.path("pictures"))
        args = ("--plot", self.path("pictures/x.png"), "--save_every", "0")
        process = subprocess.Popen(
            [self.program, "--fashion", "--data_dir", self.data, "--log_dir",
             self.path("drawn"), "--num_epochs", "2000", *args], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder.name)
        process.stdout.readline()
        process.stdout.readline()
        shutil.rmtree(self.path("pictures"))
        _, err = process.communicate(timeout=60)
        assert process.returncode == 1 and err.startswith("cnntrain: --plot: "), err
        epochs = [line["step"] for line in self.lines("drawn") if "test_acc" in line]
        with open(self.path("drawn") + "/train.safetensors", "rb") as f:
            assert f'"step":"{epochs[-1]}"'.encode() in f.read(20000)

    def test_second_run(self):
        """Another run's folder is neither lost nor mixed up without a word."""
        self.run("second", "--max_steps", "2")
        self.keep("second")
        line = self.run("second", "--max_steps", "2", status=1).stderr
        assert "holds a run already" in line and "--resume" in line, line
        assert "--overwrite" in line and "--log_dir" in line, line
        self.is_kept("second")
        for file in FILES:  # any of them is a run
            for other in FILES:
                if other != file:
                    os.unlink(f"{self.path('second')}/{other}")
            self.run("second", status=1)
            shutil.rmtree(self.path("second"))
            shutil.copytree(self.path("kept"), self.path("second"))
        with open(self.path("second") + "/notes.txt", "w", encoding="ascii"):
            pass
        self.run("second", "--overwrite", "--max_steps", "1", "--seed", "5")
        lines = self.lines("second")
        assert [line["step"] for line in lines if "loss" in line] == [1], lines
        files = sorted(os.listdir(self.path("second")))
        assert len(files) == 5 and files[-4:] == ["model.safetensors", "notes.txt",
                                                  "train.jsonl", "train.safetensors"], files
        self.run("second", "--overwrite", "--resume", "--seed", "5", "--max_steps", "2")
        assert len(self.lines("second")) > len(lines)

    def test_overwrite_waits(self):
        """What cannot start has not removed anything."""
        self.run("waits", "--max_steps", "1")
        self.keep("waits")
        self.run("waits", "--overwrite", "--plot", self.path("nowhere/x.png"), status=1)
        self.run("waits", "--overwrite", "--data_dir", self.path("none"), status=1)
        self.run("waits", "--overwrite", "--weights", self.path("none"), status=1)
        self.is_kept("waits")

    def test_runs_are_marked(self):
        self.run("marks", "--max_steps", "2")
        self.run("marks", "--max_steps", "3", "--resume")
        runs = [line for line in self.lines("marks") if "run" in line]
        assert [(r["resumed"], r["after_step"]) for r in runs] == [(False, 0), (True, 2)], runs
        assert runs[0]["data"] == "Fashion-MNIST" and runs[0]["images"] == 700, runs

    def test_other_options(self):
        """A checkpoint is only gone on from by the run that it is of."""
        self.run("other", "--max_steps", "2")
        more = self.path("more")
        os.mkdir(more)
        make_data(more, train=699)
        self.keep("other")
        for args, text in ((["--mnist"], "the data set Fashion-MNIST, not MNIST"),
                           (["--seed", "2"], "--seed 1, not 2"),
                           (["--batch_size", "65"], "--batch_size 64, not 65"),
                           (["--lr", "0.0011"], "--lr 0.001, not 0.0011"),
                           (["--data_dir", more], "other images: 700 of checksum ")):
            line = self.run("other", "--resume", *args, status=1).stderr
            assert text in line and "--weights" in line, line
            self.is_kept("other")
        self.run("other", "--resume", "--threads", "1", "--num_workers", "0")

    def test_together(self):
        """What cannot both be meant is refused at once."""
        for args in (["--resume", "--weights", "x"], ["--eval", "--predict", "x"]):
            line = self.run("together", *args, status=2).stderr
            assert args[0] in line, line
        assert not os.path.exists(self.path("together"))

    def test_nowhere_to_print(self):
        """Output that does not arrive is a failure; what was trained is saved before."""
        with open("/dev/full", "w", encoding="ascii") as full:
            for args in (["--help"], ["--version"], ["selftest"]):
                line = self.start(*args, stdout=full, status=1).stderr
                assert line.startswith("cnntrain: standard output cannot be written"), line
            self.run("full", stdout=full, status=1)
            self.run("full2", "--log_level", "warning", stdout=full)
            line = self.run("full2", "--eval", stdout=full, status=1).stderr
            assert line.startswith("cnntrain: standard output cannot be written"), line
        os.unlink(self.path("full2") + "/train.jsonl")
        os.symlink("/dev/full", self.path("full2") + "/train.jsonl")
        line = self.run("full2", "--resume", "--num_epochs", "3", status=1).stderr
        assert "train.jsonl cannot be written: No space left on device" in line, line


if __name__ == "__main__":
    sys.exit(run_tests(Tests(sys.argv[1])))
