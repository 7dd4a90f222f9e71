#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How far from exact: a step of a large batch, and 30 steps of the program, beside PyTorch on the
same weights, images, order, flips and dropout masks. What PyTorch gives in float64 is taken for
exact; neither a loss nor a tensor may be farther from it than three times what PyTorch in float32
is.

    exact.py CNNTRAIN STEP     the second built from lib/step.c

Prints TAP."""

import copy
import gzip
import os
import subprocess
import sys
import tempfile

import numpy as np
import torch

from lib.data import make_data, read_losses, read_safetensors, run_tests, write_safetensors
from lib.simplecnn import SimpleCNN
from parity import FixedDropout, run_ours, supported

WIDTHS, TIMES = (16, 32, 64, 128), 3
BATCH, FIRST, LAST = 32, 40, 70
MASK = 2 ** 64 - 1
INIT, SHUFFLE, FLIP, DROPOUT = range(4)  # streams of trainer/base/rng.h


def mix(z):
    z = np.asarray(z, dtype=np.uint64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xbf58476d1ce4e5b9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94d049bb133111eb)
    return z ^ (z >> np.uint64(31))


def rng_key(seed, stream, part):
    z = int(mix((seed + 0x9e3779b97f4a7c15) & MASK))
    z = int(mix(z ^ ((stream + 1) * 0xd1342543de82ef95 & MASK)))
    return int(mix((z + part * 0x9e3779b97f4a7c15) & MASK))


def rng_bits(key, counters):
    counters = np.asarray(counters, dtype=np.uint64)
    return mix(np.uint64(key) + (counters + np.uint64(1)) * np.uint64(0x9e3779b97f4a7c15))


def shuffled(count, epoch):
    uniform = (rng_bits(rng_key(1, SHUFFLE, epoch), np.arange(count)) >> np.uint64(11)) * 2.0 ** -53
    index = list(range(count))
    for i in range(count - 1, 0, -1):
        j = int(uniform[i] * (i + 1))
        index[i], index[j] = index[j], index[i]
    return index


def dropout_masks(step, count):
    key, masks = rng_key(1, DROPOUT, step), []
    for block, width in enumerate(WIDTHS):
        channel, image = np.arange(width), np.arange(count)[:, None]
        bits = rng_bits(key, image * 16 + block * 4 + channel // 64)
        masks.append(torch.from_numpy(
            (bits >> (channel % 64).astype(np.uint64) & np.uint64(1)) * 2.0))
    return masks


def train_step(net, images, labels, masks):
    """The loss; gradients lie in the network after."""
    dtype = net.layers[9].bias.dtype
    for block, keep in enumerate(masks):
        net.layers[2 * block + 1].main_block[2] = FixedDropout(keep.to(dtype))
    loss = torch.nn.functional.cross_entropy(net(images.to(dtype)), labels)
    net.zero_grad()
    loss.backward()
    return loss.item()


def replay(net, adam, images, labels):
    """The losses of the steps FIRST … LAST - 1."""
    losses, batches = [], -(-len(labels) // BATCH)
    for step in range(FIRST, LAST):
        epoch, batch = divmod(step, batches)
        index = shuffled(len(labels), epoch)[batch * BATCH:(batch + 1) * BATCH]
        x = images[index]
        if x.shape[1] == 3:
            for i in np.flatnonzero(rng_bits(rng_key(1, FLIP, epoch), index) & np.uint64(1)):
                x[i] = x[i].flip(-1)
        losses.append(train_step(net, x, labels[index], dropout_masks(step, len(index))))
        adam.step()
    return losses


def load(state, channels, dtype):
    """Network and optimiser as train.safetensors has them."""
    net = SimpleCNN(channels)
    net.load_state_dict({n: t for n, t in state.items() if not n.startswith("adam.")})
    net.to(dtype).train()
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)
    for name, p in net.named_parameters():
        adam.state[p] = {"step": torch.tensor(float(FIRST)),
                         "exp_avg": state["adam.m." + name].clone().to(dtype),
                         "exp_avg_sq": state["adam.v." + name].clone().to(dtype)}
    return net, adam


def state_of(net, adam):
    """Under the names of train.safetensors."""
    state = {n: t for n, t in net.state_dict().items() if "tracked" not in n}
    for name, p in net.named_parameters():
        state["adam.m." + name] = adam.state[p]["exp_avg"]
        state["adam.v." + name] = adam.state[p]["exp_avg_sq"]
    return state


def distance(a, b):
    return float((a.double() - b).norm() / (b.norm() + 1e-300))


def judge(ours, single, exact):
    """What is too far; and the worst ratio."""
    bad, worst = [], 0
    for name, value in exact.items():
        mine, theirs = distance(ours[name], value), distance(single[name], value)
        # a tensor that float32 happens to hit counts as off by a rounding
        ratio = mine / max(theirs, 2.0 ** -25)
        worst = max(worst, ratio)
        if not ratio <= TIMES:
            bad.append(f"{name}: {mine:.1e}, PyTorch {theirs:.1e}")
    assert not bad, bad
    return f"at most {worst:.2f} times PyTorch's distance"


class Tests:
    def __init__(self, program, step):
        self.program, self.step = os.path.abspath(program), os.path.abspath(step)
        self.folder = tempfile.TemporaryDirectory(prefix="cnntrain-")
        torch.set_num_threads(1)

    def one_step(self, isa):
        """A batch of 500 with borders as real images have them, on one network after the other."""
        lines = subprocess.run([self.step, "1", "names"], stdout=subprocess.PIPE, check=True,
                               text=True).stdout.splitlines()
        names = [(n, t == "1") for n, t in (line.split() for line in lines)]
        torch.manual_seed(3)
        net = SimpleCNN(1)
        images = torch.rand(500, 1, 32, 32) * 2 - 1
        images[torch.rand(500, 1, 32, 32) < 0.6] = -1
        labels = torch.randint(0, 10, (500,))
        got = run_ours(self.step, net, names, images, labels, isa, 1)
        ours = {"loss": got["loss"]} | {"grad " + n: t for n, t in got["grad"].items()}
        ours |= {n: t for n, t in got["after"].items() if "running" in n}
        results = []
        for dtype in (torch.float32, torch.float64):
            there = copy.deepcopy(net).to(dtype)
            there.train()
            loss = train_step(there, images, labels, got["keep"])
            result = {"loss": torch.tensor([loss], dtype=torch.float64)}
            result |= {"grad " + n: p.grad for n, p in there.named_parameters()}
            result |= {n: t for n, t in there.state_dict().items() if "running" in n}
            results.append(result)
        return judge(ours, *results)

    def test_one_step(self):
        return ", ".join(f"{isa}: {self.one_step(isa)}" for isa in supported()[-1:])

    def test_one_step_plain(self):
        return self.one_step("plain")

    def program_replay(self, *what):
        """Two of at most eight starts must hold: where a ReLU's input is within a rounding of 0, as
        happens to any float32 in two of five, another element is switched off and the course is
        another one; what is less exact holds in none. From a step on at which Adam knows its
        gradients: at first it divides each by itself."""
        held = []
        for seed in range(7, 15):
            try:
                held.append(self.replay_from(seed, *what))
            except AssertionError as error:
                off = error
            if len(held) == 2:
                return ", ".join(held)
        raise off

    def replay_from(self, seed, kind, images, labels, channels):
        logs, states = f"{self.folder.name}/logs{channels}{seed}", []
        torch.manual_seed(seed)
        write_safetensors(self.folder.name + "/start", SimpleCNN(channels).state_dict())
        command = [self.program, *kind, "--data_dir", self.folder.name, "--log_dir", logs,
                   "--batch_size", str(BATCH), "--log_level", "warning", "--max_steps"]
        subprocess.run([*command, str(FIRST), "--weights", self.folder.name + "/start"],
                       check=True)
        start = read_safetensors(logs + "/train.safetensors")
        subprocess.run([*command, str(LAST), "--resume"], check=True)
        states.append(read_safetensors(logs + "/train.safetensors"))
        states[0]["the losses"] = torch.tensor(read_losses(logs)[FIRST:], dtype=torch.float64)
        for dtype in (torch.float32, torch.float64):
            net, adam = load(start, channels, dtype)
            curve = replay(net, adam, images, labels)
            states.append(state_of(net, adam))
            states[-1]["the losses"] = torch.tensor(curve, dtype=torch.float64)
        return judge(*states)

    def test_replay_of_grey(self):
        """700 images in batches of 32: the last of each pass is smaller."""
        make_data(self.folder.name)
        with gzip.open(self.folder.name + "/train-images-idx3-ubyte.gz") as f:
            raw = np.frombuffer(f.read()[16:], dtype=np.uint8).reshape(-1, 1, 28, 28)
        with gzip.open(self.folder.name + "/train-labels-idx1-ubyte.gz") as f:
            labels = torch.from_numpy(np.frombuffer(f.read()[8:], dtype=np.uint8).copy()).long()
        images = torch.nn.functional.pad(torch.from_numpy(raw.copy()), (2, 2, 2, 2))
        return self.program_replay(["--fashion"], images.double() / 127.5 - 1, labels, 1)

    def test_replay_of_colour(self):
        """With flips."""
        rng = np.random.default_rng(4)
        records = rng.integers(0, 256, (700, 3073), dtype=np.uint8)
        records[:, 0] %= 10
        for record in records:
            record[1 + 300 * record[0]:301 + 300 * record[0]] |= 128
        for i in range(5):
            records[140 * i:140 * i + 140].tofile(f"{self.folder.name}/data_batch_{i + 1}.bin")
        records[:50].tofile(self.folder.name + "/test_batch.bin")
        images = torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).copy())
        labels = torch.from_numpy(records[:, 0].copy()).long()
        return self.program_replay([], images.double() / 127.5 - 1, labels, 3)


if __name__ == "__main__":
    np.seterr(over="ignore")
    sys.exit(run_tests(Tests(*sys.argv[1:])))
