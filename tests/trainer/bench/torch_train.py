# SPDX-License-Identifier: MIT
"""The same training in PyTorch, for bench.py.

    torch_train.py steps CHANNELS BATCH THREADS   as bench/step: a number in, seconds out
    torch_train.py version
    torch_train.py run STEPS BATCH THREADS        a run on 60,000 grey images; prints the seconds
                                                  since SPAWNED at the first step's end
    torch_train.py learn SEED EPOCHS THREADS      real Fashion-MNIST; cnntrain's line per epoch"""

import gzip
import os
import sys
import time

import torch

from lib.simplecnn import SimpleCNN


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


def read_images(part):
    with gzip.open(f"/usr/share/datasets/fashion-mnist/{part}-images-idx3-ubyte.gz") as f:
        raw = torch.frombuffer(bytearray(f.read()[16:]), dtype=torch.uint8)
    with gzip.open(f"/usr/share/datasets/fashion-mnist/{part}-labels-idx1-ubyte.gz") as f:
        labels = torch.frombuffer(bytearray(f.read()[8:]), dtype=torch.uint8).long()
    images = torch.nn.functional.pad(raw.reshape(-1, 1, 28, 28), (2, 2, 2, 2))
    return (images.float() / 127.5 - 1).to(memory_format=torch.channels_last), labels


def accuracy(net, images, labels):
    net.eval()
    with torch.no_grad():
        right = sum((net(images[i:i + 500]).argmax(1) == labels[i:i + 500]).sum().item()
                    for i in range(0, len(labels), 500))
    net.train()
    return right / len(labels)


def learn(seed, epochs, threads):
    net, adam = make(1, threads)
    torch.manual_seed(seed)
    for module in net.modules():
        if hasattr(module, "reset_parameters"):
            module.reset_parameters()
    images, labels = read_images("train")
    test = read_images("t10k")
    start = time.monotonic()
    for epoch in range(epochs):
        order, loss = torch.randperm(60000), 0.0
        for i in range(0, 60000, 500):
            index = order[i:i + 500]
            loss += step(net, adam, images[index], labels[index]).item() / 120
        elapsed = time.monotonic() - start
        print(f"[{epoch + 1:2}/{epochs}] Time elapsed: {int(elapsed / 60):02}:"
              f"{elapsed % 60:05.2f} avg_loss = {loss:.4f} "
              f"test_acc = {accuracy(net, *test):.4f}", flush=True)


if __name__ == "__main__":
    {"steps": steps, "run": run, "learn": learn, "version": lambda: print(torch.__version__)}[sys.argv[1]](*map(int, sys.argv[2:]))
