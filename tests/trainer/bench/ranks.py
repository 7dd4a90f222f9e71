#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Throughput by ranks: the same whole batch shared by ranks × threads, over MPI and TCP.

    ranks.py CNNTRAIN [--rounds N] [--batch N] [--steps N]

Each round runs all of them in turn, so that noise of the machine meets all; a ratio is the
median over the rounds of images/s over those of one process with one thread in the same round.
Images/s are the program's own, over one epoch's steps after its first (start and data left
out). Ends with one line `ratio …`."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

from lib.data import make_data
from lib.team import clean_environment, free_port

CASES = [(None, 1, 1), (None, 1, 2), ("mpi", 2, 1), ("tcp", 2, 1), ("mpi", 4, 1), ("tcp", 4, 1)]


class Bench:
    def __init__(self, args):
        self.program = os.path.abspath(args.program)
        self.steps = args.steps
        self.batch = args.batch
        self.folder = tempfile.TemporaryDirectory(prefix="cnntrain-")
        make_data(self.folder.name, train=args.batch * args.steps)

    def command(self, logs, threads):
        # the first epoch warms up, the second counts
        return [self.program, "--fashion", "--data_dir", self.folder.name, "--log_dir", logs,
                "--batch_size", str(self.batch), "--num_epochs", "2", "--num_workers", "1",
                "--threads", str(threads), "--log_level", "warning"]

    def rate(self, how, ranks, threads):
        """Images/s of the second epoch."""
        logs = self.folder.name + "/logs"
        shutil.rmtree(logs, ignore_errors=True)
        command, env = self.command(logs, threads), clean_environment()
        if how == "mpi":
            subprocess.run(["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to",
                            "none", "-n", str(ranks)] + command, env=env, check=True,
                           stderr=subprocess.DEVNULL)
        else:
            env.update(WORLD_SIZE=str(ranks), MASTER_ADDR="127.0.0.1",
                       MASTER_PORT=str(free_port()))
            team = [subprocess.Popen(command, env={**env, "RANK": str(i)}) for i in range(ranks)]
            if any([p.wait() for p in team]):
                sys.exit("bench: cnntrain failed")
        with open(logs + "/train.jsonl", encoding="ascii") as f:
            epochs = [json.loads(line) for line in f if "images_per_second" in line]
        return epochs[1]["images_per_second"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--steps", type=int, default=10)
    args = parser.parse_args()
    bench = Bench(args)
    cases = [c for c in CASES if c[0] != "mpi" or shutil.which("mpirun")]
    rates = [[bench.rate(*case) for case in cases] for _ in range(args.rounds)]
    print(f"batch {args.batch}, {os.cpu_count()} processors, median of {args.rounds} rounds")
    print("ranks × threads   over   images/s   ratio")
    ratios = []
    for i, (how, ranks, threads) in enumerate(cases):
        ratios.append(statistics.median(r[i] / r[0] for r in rates))
        speed = statistics.median(r[i] for r in rates)
        print(f"{ranks:5} × {threads:<7} {how or '-':>6} {speed:10.0f} {ratios[i]:7.2f}")
    print("ratio " + " ".join(f"{how + ':' if how else ''}{ranks}x{threads}={r:.2f}"
                              for (how, ranks, threads), r in zip(cases, ratios)))


if __name__ == "__main__":
    main()
