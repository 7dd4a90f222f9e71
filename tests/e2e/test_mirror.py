# SPDX-License-Identifier: MIT
"""An engine that asks a mirror in Docker Hub's place."""
import json
import os

import kit
from engine_api import Engine
from test_pull import registry

SCRIPT = os.path.join(kit.TOP, "tests/lib/engine.sh")


class Mirror(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.mirror = registry(self)
        where = os.path.join(kit.SCRATCH, "mirrored")
        self.addCleanup(kit.tool, SCRIPT, "stop", where)
        kit.tool(SCRIPT, "start", where, env=dict(
            os.environ, ENGINE_CONFIG=json.dumps({"registry-mirrors": ["http://" + self.mirror]})))
        socket = os.path.join(where, "d.sock")
        os.chmod(socket, 0o666)
        self.engine = Engine(socket)
        self.env = {"DOCKER_HOST": "unix://" + socket}

    def run_it(self, image, *words):
        self.profile(image=image)
        return self.run_cnnrun("./cnnrun.lua", "--", *words, env=self.env)

    def test_mirror(self):
        """what the mirror has is pulled, for c:image and for FROM; what neither has names the mirror"""
        ref = self.mirror + "/library/kit-mirrored"
        kit.engine.call("POST", "/images/busybox/tag?repo=%s&tag=1" % ref)
        kit.tool("docker", "push", "-q", ref + ":1")
        kit.engine.call("DELETE", "/images/%s:1?force=1" % ref)
        r = self.run_it("kit-mirrored:1", "echo", "ran")
        self.assertEqual((r.code, r.out), (0, "ran\n"), r.err)
        self.engine.call("DELETE", "/images/kit-mirrored:1?force=1")
        self.write("Dockerfile", "FROM kit-mirrored:1\nRUN echo built >/made\n")
        self.profile('c:build { tag = "kit-made" }', image=None)
        r = self.run_cnnrun("./cnnrun.lua", "--", "cat", "/made", env=self.env)
        self.assertEqual((r.code, r.out), (0, "built\n"), r.err)
        r = self.run_it("kit-nowhere:1", "true")
        self.assertEqual((r.code, len(r.err.splitlines())), (125, 1), r.err)
        self.assertIn("; nor had the engine's mirror http://%s/ it" % self.mirror, r.err)


if __name__ == "__main__":
    import unittest
    unittest.main()
