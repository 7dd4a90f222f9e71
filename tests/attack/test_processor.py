# SPDX-License-Identifier: MIT
"""An engine of another processor than this machine's, which cannot run the programs that carry files and that
containers begin with: it is said before anything is made there."""
import json
import os
import platform
import sys
import tempfile

import attack
import kit

sys.path.insert(0, os.path.join(kit.TOP, "tests/e2e"))
import far_kit  # noqa: E402
import moments  # noqa: E402

OTHER = "x86_64" if platform.machine() == "aarch64" else "aarch64"
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
BOX = "c:box()"
CARRY = 'c:mount(".", "/w", { carry = true })'


def other_processor(proxy, name=OTHER):
    """The next time that it is asked about itself."""
    text = json.dumps(dict(kit.engine.get("/info"), Architecture=name))
    proxy.instead("GET /v[0-9.]+/info", (HEAD % (len(text), text)).encode())


class Carried(attack.Attack):
    """By a socket of this machine."""

    def test_carry(self):
        """a directory carried to an engine of another processor"""
        self.proxy = moments.EngineProxy(os.path.join(kit.SCRATCH, "other.sock"), kit.SOCKET)
        self.addCleanup(self.proxy.end)
        self.profile(CARRY)
        for name, said in (OTHER, r"cnnrun\.lua:\d+: mount \.: to carry it takes .* one for a\w+64, .* is on a\w+64; .*c:volume"), \
                ("riscv64", "on riscv64"), ("\x1b[31m" + OTHER + "\n", "on "):
            other_processor(self.proxy, name)
            env = {"DOCKER_HOST": "unix://" + self.proxy.path,
                   "XDG_CACHE_HOME": tempfile.mkdtemp(dir=self.project)}  # or it is not asked again
            r = self.attempt("./cnnrun.lua", "--", "true", env=env)
            self.assertEqual(r.code, 125, r.err)
            self.assertRegex(r.err, r"\Acnnrun: error: [^\n\x1b]*" + said)
            self.assertEqual(r.err.count("\n"), 1, r.err)
            self.assertNothingLeft()


class Far(far_kit.Far):
    """By ssh."""

    @classmethod
    def setUpClass(cls):
        cls.proxy = moments.EngineProxy(os.path.join(kit.SCRATCH, "far-other.sock"), kit.SOCKET)
        cls.socket = cls.proxy.path
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.proxy.end()

    def test_program(self):
        """a box, a limit of time and a port that is tried there; all else is done"""
        service = 'c:service("a", function(s) s:image "busybox"; s:ready { port = 80 } end)'
        for call, what, cure in ((BOX, "a box", "run cnnrun on"), ('c:limit { time = "1m" }', "a limit of time", "without it"),
                                 (service, "a port that is tried", "by a command"), (CARRY, "to carry it", "c:volume")):
            self.profile(call)
            self.allow("./cnnrun.lua")
            other_processor(self.proxy)
            r = self.on("./cnnrun.lua", *(() if call == BOX else ("--", "true")))
            self.assertEqual(r.code, 125, r.err)
            self.assertRegex(r.err, r"cnnrun: error: \S+:\d+: [^\n]*%s takes a program [^\n]*%s" % (what, cure))
            self.assertNotIn("exec format", r.err)
            self.assertNothingLeft()
        self.profile()
        self.allow("./cnnrun.lua")
        other_processor(self.proxy)
        r = self.on("./cnnrun.lua", "--", "echo", "done")
        self.assertEqual((r.code, r.out), (0, "done\n"), r.err)
