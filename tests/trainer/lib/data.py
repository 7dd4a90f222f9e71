# SPDX-License-Identifier: MIT
"""Small images to train on, checkpoints and losses as PyTorch's side reads them, and tests as TAP."""
import gzip
import json
import struct
import subprocess
import sys

import numpy as np
import torch

IMAGES = 700


def write_idx(path, array):
    head = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    with gzip.open(path, "wb", compresslevel=1) as f:
        f.write(head + array.tobytes())


def make_data(folder, train=IMAGES, test=200):
    """Classes that can be learnt: a bright square at one of ten places."""
    rng = np.random.default_rng(1)
    for part, count in (("train", train), ("t10k", test)):
        labels = rng.integers(0, 10, count, dtype=np.uint8)
        images = rng.integers(0, 80, (count, 28, 28), dtype=np.uint8)
        for image, label in zip(images, labels):
            y, x = divmod(int(label), 4)
            image[8 * y + 2:8 * y + 8, 7 * x:7 * x + 6] += 150
        write_idx(f"{folder}/{part}-images-idx3-ubyte.gz", images)
        write_idx(f"{folder}/{part}-labels-idx1-ubyte.gz", labels)


def read_safetensors(path):
    with open(path, "rb") as f:
        data = f.read()
    length, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    types = {"F32": np.float32, "I64": np.int64}
    return {name: torch.from_numpy(np.frombuffer(
        data[8 + length + t["data_offsets"][0]:8 + length + t["data_offsets"][1]],
        dtype=types[t["dtype"]]).copy().reshape(t["shape"])) for name, t in header.items()}


def write_safetensors(path, state):
    header, blobs, at = {}, [], 0
    for name, t in state.items():
        blob = t.contiguous().numpy().tobytes()
        header[name] = {"dtype": {torch.float32: "F32", torch.int64: "I64"}[t.dtype],
                        "shape": list(t.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read_losses(logs):
    """Of every step."""
    with open(logs + "/train.jsonl", encoding="utf-8") as f:
        return [json.loads(line)["loss"] for line in f if '"loss"' in line]


def run_tests(tests):
    names = [n for n in vars(type(tests)) if n.startswith("test_")]
    failed = 0
    print(f"1..{len(names)}")
    for i, name in enumerate(names, 1):
        try:
            remark = getattr(tests, name)()
            print(f"ok {i} - {name}" + (f" # {remark}" if remark else ""))
        except (AssertionError, subprocess.CalledProcessError, KeyError) as error:
            print(f"not ok {i} - {name}\n# {error!r:.4000}")
            failed += 1
        sys.stdout.flush()
    return failed > 0
