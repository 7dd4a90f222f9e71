# SPDX-License-Identifier: MIT
"""What is locked, replayed where nothing of it is left."""
import json
import os

import kit
from row import Row


class Replay(Row):
    def lock(self, dockerfile):
        """The project's image is locked and forgotten, built without a cache; its id."""
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-lock?force=1")
        self.write("ctx/file", "x")
        self.write("ctx/Dockerfile", dockerfile)
        self.profile('c:build { tag = "kit-lock", context = "ctx", no_cache = true, '
                     'args = { SOURCE_DATE_EPOCH = "1700000000" } }', image=None)
        self.assertEqual(self.run_cnnrun("lock", "./cnnrun.lua", granted=False).code, 0)
        with open(os.path.join(self.project, "cnnrun.lock"), encoding="utf-8") as f:
            image = json.load(f)["profiles"]["cnnrun.lua"]["containers"]["main"]["id"]
        kit.engine.call("DELETE", "/images/kit-lock?force=1")
        return image

    def test_packages(self):
        """cnnrun lock, --locked: dpkg's and pip's packages by version; built anew without its image, the same or said"""
        text = "FROM busybox\nRUN mkdir -p /var/lib/dpkg /l/numpy-1.26.4.dist-info && touch /l/numpy-1.26.4.dist-info/METADATA " \
               "&& printf 'Package: bash\\nVersion: 5.2\\n' >/var/lib/dpkg/status\n"
        image = self.lock(text)
        r = self.run_cnnrun("build", "--locked", "./cnnrun.lua", granted=False)
        self.assertEqual(r.code, 0, r.err)
        self.assertTrue(image in r.out or "with the same packages; not bit for bit" in r.err, r.out + r.err)
        self.write("ctx/Dockerfile", text.replace("1.26.4", "2.0.1"))
        r = self.run_cnnrun("lock", "--diff", "./cnnrun.lua", granted=False)
        self.assertEqual(r.code, 1, r.err)
        self.assertIn("numpy 1.26.4 → 2.0.1 (pip)\n", r.out)

    def test_same(self):
        """SOURCE_DATE_EPOCH: what is built anew has the id that was locked, bit for bit"""
        image = self.lock("FROM busybox\nCOPY file /file\nENV A=1\n")
        r = self.run_cnnrun("build", "--locked", "./cnnrun.lua", granted=False)
        self.assertEqual(r.code, 0, r.err)
        if image not in r.out:
            self.assertIn("not bit for bit", r.err)
            self.because("its builder writes the time into what it builds; --locked says so")
