# SPDX-License-Identifier: MIT
"""The trainer itself in jobs, with all that it is linked with in the project, on small images of its own."""
import gzip
import json
import os
import random
import re
import shutil
import struct

import jobs_kit
import kit

RUN = "exec t/ld.so --library-path t t/cnntrain --fashion --data_dir data --device cpu --threads 1 --batch_size 100 "


def write_images(folder, part, count):
    chance = random.Random(part)
    for name, head, data in (
            ("images-idx3", struct.pack(">IIII", 0x803, count, 28, 28), chance.randbytes(count * 784)),
            ("labels-idx1", struct.pack(">II", 0x801, count), bytes(chance.randrange(10) for _ in range(count)))):
        with gzip.open("%s/%s-%s-ubyte.gz" % (folder, part, name), "wb", compresslevel=1) as f:
            f.write(head + data)


def copy_files(project):
    """The trainer, what it is linked with, and the images."""
    files = os.path.join(kit.SCRATCH, "trainer-files")
    if not os.path.exists(files):
        os.makedirs(files + "/t")
        os.mkdir(files + "/data")
        program = os.path.join(kit.BUILD, "cnntrain")
        shutil.copy(program, files + "/t/cnntrain")
        for path in re.findall(r"(/\S+) \(0x", kit.tool("ldd", program)):
            name = os.path.basename(path)
            shutil.copy(path, files + "/t/" + ("ld.so" if name.startswith("ld-") else name))
        write_images(files + "/data", "train", 700)
        write_images(files + "/data", "t10k", 100)
    shutil.copytree(files, project, dirs_exist_ok=True)


class Case(jobs_kit.Case):
    def setUp(self):
        super().setUp()
        copy_files(self.project)

    def losses(self, logs):
        """Of every step."""
        with open("%s/%s/train.jsonl" % (self.project, logs)) as f:
            return [json.loads(line)["loss"] for line in f if '"loss"' in line]

    def weights(self, logs):
        """All bits of all tensors; not how long it took."""
        with open("%s/%s/train.safetensors" % (self.project, logs), "rb") as f:
            head = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
            head.pop("__metadata__", None)
            return head, f.read()
