#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs one step here and in PyTorch, in float64 and in float32, on the same weights, images and
dropout masks, and compares logits, loss, every gradient, every weight after Adam and the running
statistics with float64's. What a step's sums make of rounding differs from case to case, and
PyTorch's kernels from processor to processor: its own float32 shows how much it may be.

    parity.py STEP STEP_EMULATED     both built from step.c; the second with the CUDA kernels
                                     run by cuda/emulate.h

Prints TAP."""

import copy
import subprocess
import sys

import numpy as np
import torch

from lib.simplecnn import SimpleCNN


class FixedDropout(torch.nn.Module):
    """Dropout2d with the masks it is given."""

    def __init__(self, keep):
        super().__init__()
        self.keep = keep

    def forward(self, x):
        return x * self.keep[:, :, None, None] if self.training else x


def random_net(channels):
    net = SimpleCNN(channels)
    with torch.no_grad():
        for name, t in net.state_dict().items():
            if "bn.weight" in name or "running_var" in name:
                t.uniform_(0.5, 1.5)
            elif "bn.bias" in name or "running_mean" in name:
                t.normal_(0, 0.2)
    return net


def run_ours(step, net, names, images, labels, isa, threads):
    channels, count = images.shape[1], images.shape[0]
    state = net.state_dict()
    data = b"".join(state[n].numpy().tobytes() for n, _ in names)
    data += images.numpy().tobytes() + labels.float().numpy().tobytes()
    out = subprocess.run([step, str(channels), str(count), isa, str(threads)],
                         input=data, stdout=subprocess.PIPE, check=True).stdout
    values, at = np.frombuffer(out, dtype=np.float32), 0

    def take(shape):
        nonlocal at
        n = int(np.prod(shape))
        at += n
        return torch.from_numpy(values[at - n:at].copy()).reshape(shape)

    got = {"logits": take((count, 10))}
    got["keep"] = [take((count, co)) for co in (16, 32, 64, 128)]
    got["loss"] = take((1,))
    got["grad"] = {n: take(state[n].shape) for n, trained in names if trained}
    got["after"] = {n: take(state[n].shape) for n, _ in names}
    assert at == len(values), "output has another length"
    return got


def difference(a, b):
    """Largest difference relative to b's largest value."""
    return float((a - b).abs().max() / (b.abs().max() + 1e-12))


def torch_step(net, images, labels, keeps):
    """(eval logits, loss, gradients, state after Adam) in the net's own precision."""
    images = images.to(next(net.parameters()).dtype)
    net.eval()
    with torch.no_grad():
        logits = net(images)
    for i, keep in enumerate(keeps):
        net.layers[2 * i + 1].main_block[2] = FixedDropout(keep)
    net.train()
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)
    loss = torch.nn.functional.cross_entropy(net(images), labels)
    loss.backward()
    adam.step()
    return logits, loss.detach(), {n: p.grad for n, p in net.named_parameters()}, net.state_dict()


def compare(step, channels, count, isa, threads):
    """Yields (what, error, limit)."""
    lines = subprocess.run([step, str(channels), "names"], stdout=subprocess.PIPE,
                           check=True, text=True).stdout.splitlines()
    names = [(n, t == "1") for n, t in (line.split() for line in lines)]
    torch.manual_seed(channels * 1000 + count)
    net = random_net(channels)
    missing = set(net.state_dict()) - {n for n, _ in names}
    assert all(n.endswith("num_batches_tracked") for n in missing), missing
    images = torch.rand(count, channels, 32, 32) * 2 - 1
    labels = torch.randint(0, 10, (count,))
    got = run_ours(step, net, names, images, labels, isa, threads)
    for keep in got["keep"]:
        assert set(keep.unique().tolist()) <= {0.0, 2.0}
    exact = copy.deepcopy(net).double()
    logits, loss, grads, state = torch_step(exact, images, labels, got["keep"])
    logits32, loss32, grads32, _ = torch_step(net, images, labels, got["keep"])

    def near(what, ours, theirs, true, least):
        return what, difference(ours, true), max(least, 3 * difference(theirs, true))

    yield near("eval logits", got["logits"], logits32, logits, 1e-5)
    yield near("loss", got["loss"][0], loss32, loss, 1e-6)
    for name, grad in grads.items():
        yield near("grad " + name, got["grad"][name], grads32[name], grad, 5e-6)
    for name, trained in names:
        error = (got["after"][name] - state[name]).abs()
        if not trained:
            yield "after " + name, float(error.max() / (state[name].abs().max())), 1e-4
        else:  # a first step is lr·sign(g): elements with g near 0 may differ by up to 2 lr
            yield "after " + name, float((error > 2e-5).float().mean()), 2e-2


def supported():
    with open("/proc/cpuinfo", encoding="ascii") as f:
        flags = f.read()
    return ["plain"] + ["avx2"] * (" avx2 " in flags) + ["avx512"] * ("avx512bw" in flags)


def main():
    torch.set_num_threads(1)
    cases = [(1, 64, isa, 1) for isa in supported()] + [(3, 50, isa, 2) for isa in supported()]
    cases += [(1, 3, supported()[-1], 1), (3, 1, supported()[-1], 1), (1, 1, "cuda", 1), (1, 5, "cuda", 1), (3, 2, "cuda", 1)]
    failed = 0
    print(f"1..{len(cases)}")
    for i, case in enumerate(cases, 1):
        results = list(compare(sys.argv[2 if "cuda" in case else 1], *case))
        bad = [f"{what}: {error:.2e} > {limit:.0e}" for what, error, limit in results
               if not error <= limit]
        worst = max((e for w, e, _ in results if w.startswith("grad")))
        label = "channels %d batch %d %s threads %d" % case
        print(f"{'not ok' if bad else 'ok'} {i} - {label}: {len(results)} tensors,"
              f" gradients within {worst:.1e}")
        for line in bad[:20]:
            print("# " + line)
        failed += bool(bad)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
