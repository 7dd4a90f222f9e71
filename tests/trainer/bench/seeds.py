#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How well each precision learns: real Fashion-MNIST, batch 500, the same seeds in each.

    seeds.py CNNTRAIN [--epochs 10] [--seeds 3] [--threads 1] [--precisions fp32,bf16]

Prints a seed's test accuracy in % after each epoch, each precision's mean, and last how far the
means at the end are apart; status 1 if that is more than 0.3 points."""

import argparse
import re
import subprocess
import sys
import tempfile


def learn(args, precision, seed):
    """Test accuracy after each epoch, in %."""
    with tempfile.TemporaryDirectory(prefix="cnntrain-") as logs:
        text = subprocess.run(
            [args.program, "--fashion", "--device", "cpu", "--num_epochs", str(args.epochs),
             "--threads", str(args.threads), "--seed", str(seed), "--precision", precision,
             "--log_dir", logs], check=True, text=True, stdout=subprocess.PIPE).stdout
    return [100 * float(found) for found in re.findall(r"test_acc = ([0-9.]+)", text)]


def row(name, accuracies):
    print(f"{name:13}" + " ".join(f"{a:6.2f}" for a in accuracies), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precisions", default="fp32,bf16")
    args = parser.parse_args()
    ends = {}
    for precision in args.precisions.split(","):
        runs = []
        for seed in range(1, args.seeds + 1):
            runs.append(learn(args, precision, seed))
            row(f"{precision} seed {seed}", runs[-1])
        means = [sum(column) / len(column) for column in zip(*runs)]
        row(f"{precision} mean", means)
        ends[precision] = means[-1]
    apart = max(ends.values()) - min(ends.values())
    print(f"apart {apart:.2f} points")
    return apart > 0.3


if __name__ == "__main__":
    sys.exit(main())
