#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Paired bench of the trainer against tuned PyTorch: same network, batch and threads.

    bench.py BUILD [--rounds N] [--root DIR]     PyTorch of that root in place of this machine's

Both sides are kept running and take turns, so that noise of the machine meets both; a ratio is
the median over the rounds. Tuned means: channels_last, OpenBLAS with OpenMP, tcmalloc, where
they are installed. Ends with one line `ratio …`."""

import argparse
import glob
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ENTER = os.path.join(HERE, "../../engines/enter.sh")


def flops(channels):
    """Forward and backward of one image: (direct sums, what this trainer does)."""
    ci, pixels = 4 * channels, 256
    first, second, point = 9 * ci * 16 * pixels, 9 * 16 * 16 * pixels, ci * 16 * pixels
    direct = 2 * first + 3 * second + 2 * point
    # dropout halves the second convolution's forward and weight gradient
    ours = 2 * first + 2 * second + 2 * point
    for ci, co, side, products in ((64, 32, 8, 124), (128, 64, 4, 28), (256, 128, 2, 4)):
        direct += 3 * (9 * (ci + co) + ci) * co * side * side
        ours += 3 * ((ci + co) * products + ci * side * side) * co
    return 2 * direct, 2 * ours


class Torch:
    """PyTorch at its best settings, of this machine or of a root."""

    def __init__(self, root=""):
        self.root = root.rstrip("/")
        self.blas = self.find("/usr/lib/*/openblas-openmp")
        self.malloc = self.find("/usr/lib/*/libtcmalloc_minimal.so.4")
        self.folder = tempfile.TemporaryDirectory(prefix="cnntrain-", dir="/tmp")  # a root sees /tmp
        self.script = self.folder.name + "/torch_train.py"
        shutil.copy(os.path.join(HERE, "torch_train.py"), self.script)
        shutil.copytree(os.path.join(HERE, "../lib"), self.folder.name + "/lib")
        self.version = subprocess.run(self.command("version", threads=1), check=True, text=True,
                                      stdout=subprocess.PIPE).stdout.strip()

    def find(self, pattern):
        found = glob.glob(self.root + pattern)
        return found[0][len(self.root):] if found else ""

    def command(self, *words, threads):
        into = [ENTER, self.folder.name + "/enter", self.root] if self.root else []
        env = {"PYTHONPATH": self.folder.name, "OMP_NUM_THREADS": threads,
               "LD_LIBRARY_PATH": self.blas, "LD_PRELOAD": self.malloc}
        return into + ["env", *(f"{k}={v}" for k, v in env.items()), "/usr/bin/python3",
                       self.script, *map(str, words)]


class Worker:
    """A process that takes training steps on request."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def steps(self, count):
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def speed(build, torch, batch, threads, rounds):
    """Images/s of ours and theirs, and the median of the rounds' ratios."""
    ours = Worker([f"{build}/tests/trainer/bench/step", "3", str(batch), str(threads)])
    theirs = Worker(torch.command("steps", 3, batch, threads, threads=threads))
    count = max(2, 640 // batch)
    for worker in (ours, theirs):
        worker.steps(2)
    pairs = [(count * 4 * batch / ours.steps(count * 4), count * batch / theirs.steps(count))
             for _ in range(rounds)]
    for worker in (ours, theirs):
        worker.close()
    return (statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs),
            statistics.median(a / b for a, b in pairs))


def halves(build, rounds):
    """The same with factors in bfloat16 beside our own fp32, at batch 500: the least ratio of one
    and two threads, or why there is none."""
    step = f"{build}/tests/trainer/bench/step"
    got = subprocess.run([step, "3", "1", "1", "bf16"], stdin=subprocess.DEVNULL, text=True,
                         stderr=subprocess.PIPE, check=False)
    if got.returncode:
        return "- (this processor has neither amx_bf16 nor avx512_bf16)"
    ratios = []
    for threads in (1, 2):
        exact, half = (Worker([step, "3", "500", str(threads), *isa]) for isa in ((), ("bf16",)))
        for worker in (exact, half):
            worker.steps(2)
        pairs = [(2000 / exact.steps(4), 2000 / half.steps(4)) for _ in range(2 * rounds)]
        for worker in (exact, half):
            worker.close()
        ratios.append(statistics.median(b / a for a, b in pairs))
        print(f"bf16, batch 500, {threads} threads: "
              f"{statistics.median(p[1] for p in pairs):.0f} images/s beside "
              f"{statistics.median(p[0] for p in pairs):.0f} in fp32, ratio {ratios[-1]:.2f}",
              flush=True)
    return f"{min(ratios):.2f}"


def peak_memory(command, mark):
    """(peak resident MB, the line that begins with mark, seconds from spawning to it)."""
    spawned = time.time()
    process = subprocess.Popen(command, env=dict(os.environ, SPAWNED=str(spawned)),
                               stdout=subprocess.PIPE, text=True)
    line = next((line for line in process.stdout if line.startswith(mark)), "")
    seconds = time.time() - spawned
    process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status or not line:
        sys.exit(f"bench: {command[0]} failed")
    return usage.ru_maxrss / 1024, line, seconds


def whole_run(build, torch, batch, threads):
    """Memory of a whole program on 60,000 images, and seconds from its spawning until the
    first step is begun (ours) and done (both)."""
    with tempfile.TemporaryDirectory(prefix="cnntrain-") as logs:
        ours, text, done = peak_memory(
            [f"{build}/cnntrain", "--fashion", "--num_epochs", "1", "--max_steps", "10",
             "--batch_size", str(batch), "--threads", str(threads), "--log_level", "debug",
             "--log_dir", logs], "first step:")
    begun, ended = (float(text.split(word)[1].split()[0]) for word in ("begun", "done after"))
    theirs, text, _ = peak_memory(torch.command("run", 10, batch, threads, threads=threads), "")
    return ours, theirs, done - (ended - begun), done, float(text)


def products(build):
    """The own product kernel beside OpenBLAS, where that is installed."""
    blas = glob.glob("/usr/lib/*/openblas-*/libopenblas.so.0")
    if blas:
        subprocess.run([f"{build}/tests/trainer/bench/products", blas[0]], check=True,
                       env=dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1"))


def measure_peak(build):
    """GFLOP/s of one core."""
    return float(subprocess.run([f"{build}/tests/trainer/bench/step", "peak"], check=True,
                                stdout=subprocess.PIPE).stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--root", default="")
    args = parser.parse_args()
    torch = Torch(args.root)
    print(f"PyTorch {torch.version} tuned: channels_last, OpenBLAS with OpenMP "
          f"{'yes' if torch.blas else 'NO'}, tcmalloc {'yes' if torch.malloc else 'NO'}")
    print("batch threads   ours im/s  torch im/s  ratio   peak GFLOP/s   of it   ours MB  torch MB"
          "  ratio   first step begun, done; torch's done s")
    needed, direct = flops(3)[::-1]
    speeds, memories, best, peak = [], [], 0, 0
    for batch in (64, 500):
        for threads in (1, 2):
            mine, theirs, ratio = speed(args.build, torch, batch, threads, args.rounds)
            mb, torch_mb, begun, done, torch_done = whole_run(args.build, torch, batch, threads)
            speeds.append(ratio)
            # measured beside each figure, for a machine's clock changes
            now = measure_peak(args.build)
            if threads == 1 and mine > best:
                best, peak = mine, now
            memories.append(mb / torch_mb)
            print(f"{batch:5} {threads:7} {mine:11.0f} {theirs:11.0f} {ratio:6.2f}"
                  f" {now:9.0f} × {threads} {100 * mine * needed / (now * threads) / 1e9:6.0f} %"
                  f" {mb:9.0f} {torch_mb:9.0f} {mb / torch_mb:6.2f}"
                  f"   {begun:.2f}, {done:.2f}; {torch_done:.2f}", flush=True)
    print(f"an image takes {needed / 1e6:.1f} MFLOP here, {direct / 1e6:.1f} as direct sums; at "
          f"{peak:.0f} GFLOP/s a core the floor is {peak * 1e9 / needed:.0f} images/s, of which "
          f"one thread reaches {100 * best * needed / peak / 1e9:.0f} % (direct sums could not "
          f"pass {peak * 1e9 / direct:.0f})")
    products(args.build)
    half = halves(args.build, args.rounds)
    print(f"ratio speed {min(speeds):.2f} memory {max(memories):.2f} bf16 {half}")


if __name__ == "__main__":
    main()
