#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The program against a hard life: signals, kills at a chosen byte, a full disk, and broken
files, each of which must give one clear line.

    program.py CNNTRAIN

Makes its own small images. Prints TAP. The full disk is a small tmpfs: needs root."""

import contextlib
import filecmp
import gzip
import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
import time
import zlib

from lib.place import Place


def read(path):
    with open(path, "rb") as f:
        return f.read()


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)


def idx(*sizes, data=None):
    count = 1
    for size in sizes:
        count *= size
    head = struct.pack(">HBB", 0, 8, len(sizes)) + struct.pack(f">{len(sizes)}I", *sizes)
    return head + (bytes(i % 10 for i in range(count)) if data is None else data)


def png(width, height):
    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body +
                struct.pack(">I", zlib.crc32(kind + body)))
    rows = b"".join(b"\0" + bytes(x % 256 for x in range(width)) for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0,
            0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def records(count, label=None):
    """CIFAR-10's: label, then 3072 bytes that follow from it."""
    return b"".join(bytes([i % 10 if label is None else label]) +
                    bytes((i % 10 * 25 + j) % 256 for j in range(3072)) for i in range(count))


class Tests(Place):
    def __init__(self, program):
        super().__init__(program)
        self.broken = self.path("broken")
        with open(self.data + "/t.png", "wb") as f:
            f.write(png(40, 30))
        cifar = self.data + "/cifar-10-batches-bin"
        os.mkdir(cifar)
        for i in range(1, 6):
            write(f"{cifar}/data_batch_{i}.bin", records(20))
        write(cifar + "/test_batch.bin", records(30))

    def command(self, logs, *more):
        return [self.program, "--data_dir", self.data, "--log_dir", logs, "--batch_size", "64",
                "--num_epochs", "2", "--threads", "2", *more]

    def run(self, logs, *more, status=0, **how):
        result = subprocess.run(self.command(logs, *more), text=True, check=False,
                                cwd=self.folder.name, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, timeout=120, **how)
        assert result.returncode == status, result
        return result

    def logs(self, name):
        return f"{self.folder.name}/{name}"

    def same_as_whole(self, logs):
        """But for the seconds it took, which are in the header: the last part is all data."""
        whole = self.logs("whole")
        if not os.path.exists(whole):
            self.run(whole, "--fashion")
        assert filecmp.cmp(logs + "/model.safetensors", whole + "/model.safetensors", False)

    def test_signals(self):
        """Each of the three ends the run with status 0 and a checkpoint of that very step."""
        for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT):
            logs = self.logs(f"signal{number}")
            with subprocess.Popen(
                    self.command(logs, "--fashion", "--num_epochs", "2000", "--save_every", "1"),
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
                while not os.path.exists(logs + "/train.safetensors"):
                    time.sleep(0.01)
                process.send_signal(number)
                text = process.communicate(timeout=60)[0]
            assert process.returncode == 0, (number, process.returncode, text)
            last = text.strip().split("\n")[-1]
            assert "stopped by a signal after step " in last and "--resume" in last, text
            step = last.split("after step ")[1].split(";")[0]
            assert f'"step":"{step}"'.encode() in read(logs + "/train.safetensors")[:9000]

    def test_kill_at_any_byte(self):
        """A limit on the size of files kills the program within the write of a checkpoint."""
        logs = self.logs("bytes")
        self.run(logs, "--fashion", "--max_steps", "1")
        size = os.path.getsize(logs + "/train.safetensors")
        model = os.path.getsize(logs + "/model.safetensors")
        for n, limit in enumerate((5000, 100001, model - 1, size // 2, size - 1)):
            before = read(logs + "/train.safetensors")

            def limit_files(most=limit):
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            self.run(logs, "--fashion", "--resume", "--max_steps", str(n + 3),
                     status=-signal.SIGXFSZ, preexec_fn=limit_files)
            assert os.path.getsize(logs + "/train.safetensors.tmp") == limit
            assert read(logs + "/train.safetensors") == before, limit
        self.run(logs, "--fashion", "--resume")
        assert not os.path.exists(logs + "/train.safetensors.tmp")
        self.same_as_whole(logs)

    def test_disk_full(self):
        logs = self.logs("small")
        os.mkdir(logs)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", logs], check=True)
        with contextlib.ExitStack() as stack:
            stack.callback(subprocess.run, ["umount", logs], check=True)
            self.run(logs, "--fashion", "--max_steps", "2")
            before = read(logs + "/train.safetensors")
            result = self.run(logs, "--fashion", "--resume", status=1)
            assert result.stderr == ("cnntrain: save a checkpoint: "
                                     f"{logs}/train.safetensors.tmp: No space left on device\n")
            assert read(logs + "/train.safetensors") == before
            assert not os.path.exists(logs + "/train.safetensors.tmp")
            subprocess.run(["mount", "-o", "remount,size=64m", logs], check=True)
            self.run(logs, "--fashion", "--resume")
            self.same_as_whole(logs)

    def test_mnist_and_cifar(self):
        for kind in (["--mnist"], []):
            logs = self.logs("kind" + "".join(kind))
            out = self.run(logs, *kind, "--num_workers", "2", "--log_level", "info").stdout
            assert out.count("test_acc = ") == 2, out
            out = self.run(logs, *kind, "--eval").stdout
            assert "\ntest_loss = " in out, out
            out = self.run(logs, *kind, "--predict", self.data + "/t.png").stdout
            assert out.startswith(self.data + "/t.png: ") and out.count("%") == 2, out
        result = self.run(self.logs("kind"), "--mnist", "--eval", status=1)
        assert "has another shape or type (trained on other images?)" in result.stderr, result

    def says(self, text, *args, **files):
        """With these files in an otherwise good folder: one line, exactly this."""
        shutil.rmtree(self.broken, ignore_errors=True)
        shutil.copytree(self.data, self.broken)
        for name, data in files.items():
            path = f"{self.broken}/{name.replace('__', '/').replace('_DOT_', '.')}"
            os.unlink(path) if data is None else write(path, data)
        result = self.run(self.logs("says"), *args, "--data_dir", self.broken, status=1)
        want = "cnntrain: " + text.replace("BROKEN", self.broken) + "\n"
        assert result.stderr == want, (result.stderr, want)

    def test_broken_idx(self):
        images = "train-images-idx3-ubyte_DOT_gz"
        name = "BROKEN/train-images-idx3-ubyte.gz"
        whole = read(self.data + "/train-images-idx3-ubyte.gz")
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 255
        for data, text in (
                (whole[:2000], "file ends early; fetch it again"),
                (bytes(flipped), "incorrect data check; fetch it again"),
                (b"", "file ends early; fetch it again"),
                (b"<html>not found</html>", "not an IDX file of grey images"),
                (idx(700, 28, 28)[:-1], "file ends early; fetch it again"),
                (idx(700, 28, 28) + b"x", "more data than its header says"),
                (idx(700, 27, 28), "images are 27 × 28, not 28 × 28"),
                (idx(0, 28, 28), "no images in it"),
                (gzip.compress(idx(9, 28, 28)), None)):
            if text is None:
                name = "BROKEN/train-labels-idx1-ubyte.gz"
                text = "700 labels for 9 images"
            self.says(f"{name}: {text}", "--fashion", **{images: data})
        labels = idx(700, data=bytes([3] * 699 + [10]))
        self.says(f"{name}: label 699 is 10, not 0 to 9", "--mnist",
                  **{"train-labels-idx1-ubyte_DOT_gz": labels})

    def test_broken_cifar(self):
        part, name = "cifar-10-batches-bin__data_batch_3_DOT_bin", "data_batch_3.bin"
        name = f"BROKEN/cifar-10-batches-bin/{name}"
        again = "bytes are not whole CIFAR-10 records of 3073; fetch it again"
        self.says(f"{name}: 61459 {again}", **{part: records(20)[:-1]})
        self.says(f"{name}: 0 {again}", **{part: b""})
        self.says(f"{name}: label of image 0 is 200, not 0 to 9", **{part: records(1, 200)})
        self.says(f"{name}: No such file or directory", **{part: None})

    def test_broken_pictures(self):
        logs = self.logs("kind")
        huge = read(os.path.dirname(os.path.abspath(__file__)) +
                    "/../fuzz/corpus/trainer-picture/jpeg-huge")
        for data, text in ((huge, "larger than 16384 pixels a side"),
                           (b"GIF89a", "neither PNG nor JPEG"), (b"", "neither PNG nor JPEG"),
                           (png(40, 30)[:60], None), (b"\xff\xd8\xff\xe0 nonsense", None)):
            path = self.folder.name + "/p"
            write(path, data)
            line = self.run(logs, "--predict", path, status=1).stderr
            assert line.startswith(f"cnntrain: {path}: ") and line.count("\n") == 1, line
            assert text is None or line == f"cnntrain: {path}: {text}\n", line

    def test_foreign_progress(self):
        """A checkpoint of another place, or another data set, is not gone on from."""
        logs = self.logs("foreign")
        self.run(logs, "--fashion", "--max_steps", "3")
        path = logs + "/train.safetensors"
        good = read(path)
        for old, new in (('"batch":"3"', '"batch":"9"'), ('"batch":"3"', '"batch":"x"'),
                         ('"step":"3","epoch":"0"', '"step":"3","epoch":"."'),
                         ('"batch":"3","loss', '"batch":"-","loss')):
            write(path, good.replace(old.encode(), new.encode()))
            line = self.run(logs, "--fashion", "--resume", status=1).stderr
            assert line.startswith(f"cnntrain: resume: {path}") and line.count("\n") == 1, line


def main():
    tests = Tests(sys.argv[1])
    names = [n for n in vars(Tests) if n.startswith("test_")]
    failed = 0
    print(f"1..{len(names)}")
    for i, name in enumerate(names, 1):
        try:
            getattr(tests, name)()
            print(f"ok {i} - {name}")
        except (AssertionError, subprocess.SubprocessError, OSError) as error:
            print(f"not ok {i} - {name}\n# {error!r}")
            failed += 1
        sys.stdout.flush()
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
