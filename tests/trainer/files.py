#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Files as people have them: CIFAR-10's pickles, weights of other types, names and programs.

    files.py CNNTRAIN

Makes its own small images. Prints TAP."""

import filecmp
import json
import os
import pickle
import re
import struct
import subprocess
import sys

import numpy as np
import torch

from lib.data import read_safetensors, run_tests
from lib.place import Place
from lib.simplecnn import SimpleCNN


def text(value):
    return b"U" + bytes([len(value)]) + value


def number(v):
    return b"K" + bytes([v]) if v < 256 else b"M" + struct.pack("<H", v)


def listed(items):
    """As cPickle appends: by the thousand, and one alone without a mark."""
    out, parts = b"]q\x05", [items[i:i + 1000] for i in range(0, len(items), 1000)]
    for part in parts:
        out += part[0] + b"a" if len(part) == 1 else b"(" + b"".join(part) + b"e"
    return out


def pickled(pixels, labels, rows=None, kind=b"u1"):
    """A file as those of cifar-10-python.tar.gz: Python 2's cPickle, protocol 2."""
    data = pixels.tobytes()
    array = (b"cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85" +
             text(b"b") + b"\x87Rq\x09(K\x01" + number(rows or len(pixels)) +
             b"M\x00\x0c\x86cnumpy\ndtype\nq\x0a" + text(kind) + b"K\x00K\x01\x87Rq\x0b(K\x03" +
             text(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T" +
             struct.pack("<I", len(data)) + data + b"tb")
    return (b"\x80\x02}q\x01(" + text(b"batch_label") + b"q\x02" +
            text(b"training batch 1 of 5") + b"q\x03" + text(b"labels") + b"q\x04" +
            listed([number(int(v)) for v in labels]) + text(b"data") + b"q\x06" + array +
            text(b"filenames") + b"q\x0c" +
            listed([text(b"image_%d.png" % i) for i in range(len(labels))]) + b"u.")


with open(os.path.dirname(os.path.abspath(__file__)) + "/../../trainer/README.md",
          encoding="utf-8") as readme:
    PAGE = readme.read()


class Tests(Place):
    def write(self, name, data):
        with open(self.path(name), "wb") as f:
            f.write(data)
        return self.path(name)

    def make_cifar(self):
        """The same images as pickles and as binary records."""
        rng = np.random.default_rng(2)
        for folder in ("py/cifar-10-batches-py", "bin"):
            os.makedirs(self.path(folder), exist_ok=True)
        for i in range(6):
            name = f"data_batch_{i}" if i else "test_batch"
            pixels = rng.integers(0, 256, (1001 if i == 1 else 30, 3072), dtype=np.uint8)
            labels = rng.integers(0, 10, len(pixels), dtype=np.uint8)
            file = pickled(pixels, labels)
            read = pickle.loads(file, encoding="bytes")  # it is what we say it is
            assert (read[b"data"] == pixels).all() and read[b"labels"] == list(labels)
            self.write("py/cifar-10-batches-py/" + name, file)
            self.write(f"bin/{name}.bin", np.hstack([labels[:, None], pixels]).tobytes())
        return file

    def train(self, name, data, *args, status=0):
        return self.start("--data_dir", self.path(data), "--log_dir", self.path(name),
                        "--max_steps", "2", "--batch_size", "64", *args, status=status)

    def test_pickles(self):
        """What torchvision unpacked trains to the same bits as the binary version."""
        self.make_cifar()
        out = self.train("l1", "py").stdout
        assert f"1121 training and 30 test images of CIFAR-10 from {self.path('py')}/" in out, out
        self.train("l2", "py/cifar-10-batches-py")
        self.train("l3", "bin")
        for other in ("l2", "l3"):
            assert filecmp.cmp(self.path("l1/model.safetensors"),
                               self.path(other + "/model.safetensors"), False)

    def test_broken_pickles(self):
        """Nothing else is read, and no code of theirs is run."""
        good = self.make_cifar()
        pixels, labels = np.zeros((4, 3072), np.uint8), [1, 2, 3, 4]
        mark = self.path("mark")
        evil = b"cposix\nsystem\n(" + text(b"touch " + mark.encode()) + b"tR."
        label = good.index(b"labels")
        for data in (evil, b"\x80\x02" + evil, good.replace(b"ndarray", b"ndarraY"), b"", good[:-1],
                     good[:4000], good + b".", pickled(pixels, labels, rows=5),
                     pickled(pixels, labels[:3]), pickled(pixels, [1, 2, 3, 10]),
                     pickled(pixels, labels, kind=b"u2"), pickled(pixels[:0], []),
                     good[:label + 8] + evil + good[label + 8:],
                     good.replace(b"numpy.core.multiarray\n_reconstruct", b"posix\nsystem"),
                     pickle.dumps({b"data": pixels, b"labels": labels}, 4)):
            path = self.write("py/cifar-10-batches-py/data_batch_3", data)
            line = self.train("broken", "py", status=1).stderr
            assert line.startswith(f"cnntrain: {path}: not one of the pickles"), line
            assert not os.path.exists(mark)

    def weights(self, name, state, dtype, metadata=None, change=None):
        """A safetensors file of floats of this type."""
        header, blobs, at = {}, [], 0
        kinds = {torch.float16: "F16", torch.bfloat16: "BF16", torch.float64: "F64",
                 torch.float32: "F32"}
        if metadata:
            header["__metadata__"] = metadata
        for key, t in state.items():
            t = t.to(dtype) if t.is_floating_point() else t
            kind = kinds[dtype] if t.is_floating_point() else "I64"
            blob = (t.view(torch.int16) if kind == "BF16" else t).numpy().tobytes()
            header[key] = {"dtype": kind, "shape": list(t.shape),
                           "data_offsets": [at, at + len(blob)]}
            blobs.append(blob)
            at += len(blob)
        head = json.dumps(header)
        head = (change(head) if change else head).encode()
        return self.write(name, struct.pack("<Q", len(head)) + head + b"".join(blobs))

    def loaded(self, path):
        self.start("--fashion", "--data_dir", self.data, "--log_dir", self.path("w"), "--overwrite",
                 "--weights", path, "--lr", "0", "--max_steps", "1", "--batch_size", "64")
        return read_safetensors(self.path("w/model.safetensors"))

    def same(self, path, state):
        ours = self.loaded(path)
        for name, t in state.items():
            if t.is_floating_point() and "running" not in name:
                assert torch.equal(ours[name], t.float()), name

    def test_types(self):
        """Halves, bfloat16 and doubles, small ones and zeros among them."""
        state = SimpleCNN(1).state_dict()
        state["layers.9.bias"][:4] = torch.tensor([0.0, -0.0, 3e-7, -6.1e-5])
        for dtype in (torch.float16, torch.bfloat16, torch.float64, torch.float32):
            rounded = {n: t.to(dtype).float() if t.is_floating_point() else t
                       for n, t in state.items()}
            self.same(self.weights("typed", state, dtype), rounded)

    def test_wrappers(self):
        """Names as DataParallel, torch.compile, Lightning and others make them; not two of one."""
        state = SimpleCNN(1).state_dict()
        for word in ("module.", "_orig_mod.", "_orig_mod.module.", "model.", "a.b.c."):
            self.same(self.weights("wrapped", {word + n: t for n, t in state.items()},
                                   torch.float32), state)
        path = self.weights("two", {word + n: t for n, t in state.items()
                                    for word in ("model.", "ema.")}, torch.float32)
        line = self.start("--fashion", "--eval", "--data_dir", self.data, "--weights", path,
                          status=1).stderr
        assert f"{path}: no tensor layers." in line, line

    def test_metadata(self):
        """What others write there, and names with escapes and of any length."""
        state = SimpleCNN(1).state_dict()
        metadata = {"format": "pt", "of \"a\"": "C:\\x\ny\t\u20ac \U0001f600", "long": "y" * 9000}
        self.same(self.weights("escaped", state, torch.float32, metadata), state)
        self.same(self.weights("spelt", state, torch.float32, metadata, lambda head: head.replace(
            "layers.9.bias", "l\\u0061yers\\u002e9.bias")), state)
        for bad in ("\\", "\\x", "\\u12", "\\ud8", "\n"):
            path = self.weights("bad", state, torch.float32, {"a": "b"},
                                lambda head, b=bad: head.replace('"b"', f'"{b}"', 1))
            line = self.start("--fashion", "--data_dir", self.data, "--log_dir", self.path("bad-w"),
                            "--weights", path, status=1).stderr
            assert "header is broken" in line, line

    def test_pytorch_files(self):
        """What torch.save writes is answered with the line that converts it."""
        state = SimpleCNN(1).state_dict()
        for new, what in ((True, state), (False, state), (True, {"state_dict": state, "epoch": 3}),
                          (True, {"epoch": 3, "model_state_dict": state})):
            path = self.path(f"x{new}{len(what)}.pt")
            torch.save(what, path, _use_new_zipfile_serialization=new)
            line = self.start("--fashion", "--eval", "--data_dir", self.data, "--weights", path,
                            status=1).stderr
            assert line.startswith(f"cnntrain: {path} is PyTorch's own format; convert it: "), line
            os.makedirs(self.path("lib/safetensors"), exist_ok=True)
            self.write("lib/safetensors/__init__.py", b"")
            self.write("lib/safetensors/torch.py",  # a stand-in: Debian has none
                       b"from lib.data import write_safetensors\n"
                       b"def save_file(state, path): write_safetensors(path, state)\n")
            subprocess.run(line.split("convert it: ")[1].replace("python3", sys.executable),
                           shell=True, check=True, env=dict(os.environ, PYTHONPATH=self.path("lib") +
                           ":" + os.path.dirname(os.path.abspath(__file__)) + "/"))
            self.start("--fashion", "--eval", "--data_dir", self.data, "--weights",
                     path + ".safetensors")

    def test_one_bad_picture(self):
        """It is said, and the others are named."""
        self.start("--fashion", "--data_dir", self.data, "--log_dir", self.path("named"),
                 "--batch_size", "64", "--max_steps", "1")
        corpus = os.path.dirname(os.path.abspath(__file__)) + "/../fuzz/corpus/trainer-picture/"
        good, bad, gone = corpus + "png-rgb", corpus + "png-cut", self.path("gone")
        result = subprocess.run(
            [self.program, "--fashion", "--log_dir", self.path("named"), "--predict", bad, good,
             gone, corpus, good], text=True, capture_output=True, check=False)
        assert result.returncode == 1 and result.stdout.count(good) == 2, result
        lines = result.stderr.splitlines()
        assert len(lines) == 3 and bad in lines[0] and gone in lines[1], result
        assert lines[2] == f"cnntrain: {corpus}: Is a directory", result

    def test_page(self):
        """Every option stands on the page with its default and range, and no other; lines that it
        quotes are the program's."""
        def table(title, columns):
            rows = PAGE.split(f"## {title}\n")[1].split("\n## ")[0].splitlines()
            rows = [line.strip("| ").split(" | ") for line in rows if line.startswith("| ")]
            return [[cell.strip(" |") for cell in row] for row in rows if len(row) == columns]

        told = {}
        for line in self.start("--help").stdout.splitlines():
            if match := re.match(r"  (--[^ ].*?)  +.*?(?: \((\S+)\))?(?: \[(.*)\])?$", line):
                told[match[1]] = match[2] or "", match[3] or ""
        page = {}
        for line in PAGE.split("## Options\n")[1].split("\n## ")[0].splitlines():
            if line.startswith("| `"):
                names, preset, span, _ = line[2:-1].replace("\\|", "").split(" |", 3)
                words = re.findall("`(.*?)`", names)
                what = words[0].partition(" ")[2]
                key = ", ".join(w.partition(" ")[0] for w in words) + (" " + what if what else "")
                page[key] = preset.strip(), span.strip()
        assert page == told, (set(page.items()) ^ set(told.items()))
        with open(self.program, "rb") as f:
            program = f.read().decode(errors="replace")
        quoted = [text for row in table("Files", 3) for text in re.findall("`(.*?)`", row[2])]
        assert len(quoted) > 10, quoted
        for text in quoted:
            for part in re.split(r"\d+|\bNAME\b|\bN\b", text):
                assert part.strip() in program, (text, part)

    def test_one_image_a_step(self):
        self.start("--fashion", "--data_dir", self.data, "--log_dir", self.path("one"),
                 "--batch_size", "1", "--max_steps", "3", "-w2")


if __name__ == "__main__":
    sys.exit(run_tests(Tests(sys.argv[1])))
