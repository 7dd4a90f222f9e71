# SPDX-License-Identifier: MIT
"""What the NVIDIA runtime hook is asked for, by a stand-in hook, and an engine without."""
import os
import subprocess

import kit

REQUESTS = os.environ["HOOK_REQUESTS"]
ENGINE_SH = os.path.join(kit.TOP, "tests/lib/engine.sh")


class Request(kit.Case):
    demo = True

    def asked(self, *words):
        """The NVIDIA_… variables of the container that a launch of the gui profile made."""
        had = self.lines()
        r = kit.cnnrun("profiles/gui.lua", *words, "--", "true")
        self.assertEqual(r.code, 0, r.err)
        new = self.lines()[len(had):]
        self.assertLessEqual(len(new), 1, new)
        return dict(w.split("=", 1) for w in new[0].split() if "=" in w) if new else None

    @staticmethod
    def lines():
        if not os.path.exists(REQUESTS):
            return []
        with open(REQUESTS) as f:
            return f.read().splitlines()

    def test_indexes(self):
        """-d 2,3 are these two"""
        self.assertEqual(self.asked("-d", "2,3")["NVIDIA_VISIBLE_DEVICES"], "2,3")

    def test_all(self):
        """-d all"""
        self.assertEqual(self.asked("-d", "all")["NVIDIA_VISIBLE_DEVICES"], "all")

    def test_uuid(self):
        """-d GPU-<uuid> and MIG-<uuid>"""
        for uuid in ("GPU-0aa0b4de-1f2e-3c4d-5e6f-708192a3b4c5",
                     "MIG-0aa0b4de-1f2e-3c4d-5e6f-708192a3b4c5"):
            self.assertEqual(self.asked("-d", uuid)["NVIDIA_VISIBLE_DEVICES"], uuid)

    def test_none(self):
        """-d none asks for nothing"""
        self.assertIsNone(self.asked("-d", "none"))

    def test_capabilities(self):
        """with a display, graphics and display are asked for too"""
        asked = set(self.asked("-d", "0")["NVIDIA_DRIVER_CAPABILITIES"].split(","))
        self.assertLessEqual({"graphics", "display", "compute", "utility"}, asked)

    def test_broken_driver(self):
        """a hook that fails ends in 125 with its words"""
        broken = os.path.join(os.path.dirname(REQUESTS), "broken")
        with open(broken, "w"):
            pass
        self.addCleanup(os.unlink, broken)
        r = kit.cnnrun("profiles/gui.lua", "-d", "0", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("libnvidia-ml.so.1", r.err)

    def test_nonsense(self):
        """what is no device is refused before the engine"""
        for nonsense in "x,y", "-1", "0,,1", "GPU-", "0;rm":
            r = kit.cnnrun("profiles/gui.lua", "--devices=" + nonsense, "--", "true")
            self.assertIn(r.code, (2, 125), nonsense)
            self.assertRegex(r.err, "is no GPU|names no GPU", nonsense)
            self.assertEqual(len(r.err.splitlines()), 1, r.err)


class NoRuntime(kit.Case):
    """A second engine, without the hook."""

    def setUp(self):
        super().setUp()
        self.dir = os.path.join(kit.SCRATCH, "plain")
        subprocess.run([ENGINE_SH, "start", self.dir], check=True)
        self.addCleanup(subprocess.run, [ENGINE_SH, "stop", self.dir])
        host = "unix://%s/d.sock" % self.dir
        image = subprocess.run(["docker", "save", "busybox"], check=True, stdout=subprocess.PIPE)
        subprocess.run(["docker", "-H", host, "load", "-q"], input=image.stdout, check=True,
                       stdout=subprocess.DEVNULL)
        self.env = {"DOCKER_HOST": host}

    def test_clear_error(self):
        """says what to install and which option goes without; optional goes without"""
        self.profile('c:gpus "0"')
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=self.env)
        self.assertEqual(r.code, 125)
        self.assertRegex(r.err, "NVIDIA Container Toolkit|nvidia-container-toolkit")
        self.assertIn("none", r.err)
        self.profile('c:gpus("0", { optional = true })')
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=self.env)
        self.assertEqual(r.code, 0, r.err)
