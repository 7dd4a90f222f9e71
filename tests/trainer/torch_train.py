# SPDX-License-Identifier: MIT
"""The same training in PyTorch, for bench.py.

    torch_train.py steps CHANNELS BATCH THREADS   as bench_step: a number in, seconds out
    torch_train.py run STEPS BATCH THREADS        a run on 60,000 grey images; prints the seconds
                                                  since SPAWNED at the first step's end"""

import os
import sys
import time

import torch

from simplecnn import SimpleCNN


def make(channels, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    net = SimpleCNN(channels).to(memory_format=torch.channels_last)
    return net, torch.optim.Adam(net.parameters(), lr=1e-3)


def step(net, adam, images, labels):
    adam.zero_grad(set_to_none=True)
    loss = torch.nn.functional.cross_entropy(net(images), labels)
    loss.backward()
    adam.step()
    return loss


def steps(channels, batch, threads):
    net, adam = make(channels, threads)
    images = (torch.rand(batch, channels, 32, 32) * 2 - 1).to(
        memory_format=torch.channels_last)
    labels = torch.arange(batch) % 10
    for line in sys.stdin:
        start = time.monotonic()
        for _ in range(int(line)):
            step(net, adam, images, labels)
        print(time.monotonic() - start, flush=True)


def run(count, batch, threads):
    data = torch.randint(0, 256, (60000, 1, 28, 28), dtype=torch.uint8)
    labels = torch.arange(60000) % 10
    test = torch.randint(0, 256, (10000, 1, 28, 28), dtype=torch.uint8)  # noqa: F841, held
    net, adam = make(1, threads)
    order = torch.randperm(60000)
    for i in range(count):
        index = order[i * batch:(i + 1) * batch]
        images = torch.nn.functional.pad(data[index], (2, 2, 2, 2)).float() / 127.5 - 1
        step(net, adam, images.to(memory_format=torch.channels_last), labels[index])
        if i == 0:
            print(time.time() - float(os.environ["SPAWNED"]), flush=True)


if __name__ == "__main__":
    {"steps": steps, "run": run}[sys.argv[1]](*map(int, sys.argv[2:]))
