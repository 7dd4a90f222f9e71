# SPDX-License-Identifier: MIT
"""What a user sets in place of the profile's, on the command line: typed is granted."""
import json
import os

import kit


class Set(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.profile('c:mount(".", "/w")')

    def ran(self, *args, **more):
        r = self.run_cnnrun("./cnnrun.lua", *args, granted=False, **more)
        self.assertEqual(r.code, 0, r.err)
        return r.out

    def planned(self, *args):
        r = self.run_cnnrun("plan", "./cnnrun.lua", "--json", *args, granted=False)
        self.assertEqual(r.code, 0, r.err)
        j = json.loads(r.out)
        self.assertEqual(j["not_granted"], [])
        return j["plan"]["containers"]["main"]

    def test_mount(self):
        """a path, read-only too; a name is a volume's, and said so"""
        self.write("sub/file", "f")
        self.assertEqual(self.ran("--mount", "./sub:/x:ro", "--", "sh", "-c", "cat /x/file; touch /x/y || echo no"),
                         "fno\n")
        self.assertEqual(self.ran("--mount=" + self.project + "/sub:/x", "--", "ls", "/x"), "file\n")
        r = self.run_cnnrun("./cnnrun.lua", "--mount", "sub:/x", "--", "true", granted=False)
        self.assertEqual(r.code, 2)
        self.assertIn("write --mount ./sub:/x", r.err)

    def test_port(self):
        """the same as --publish"""
        r = self.run_cnnrun("plan", "./cnnrun.lua", "--docker", "--port", "18080:80", "--port", "81", granted=False)
        self.assertIn("--publish 127.0.0.1:18080:80/tcp", r.out)
        self.assertIn("--publish 127.0.0.1:81:81/tcp", r.out)

    def test_gpus(self):
        """all, none, or some; what else the profile says of them stays"""
        self.assertEqual(self.planned("--gpus", "all")["gpus"], {"select": "all"})
        self.assertEqual(self.planned("--gpus", "0,2")["gpus"], {"select": "ids", "ids": ["0", "2"]})
        self.profile('c:gpus("all", { capabilities = { "compute" }, optional = true })')
        self.assertEqual(self.planned("--gpus", "1")["gpus"],
                         {"select": "ids", "ids": ["1"], "capabilities": ["compute"]})
        self.assertNotIn("select", self.planned("--gpus", "none").get("gpus", {}))
        for bad in "", "0,", "0,0", "x y", "0,all":
            r = self.run_cnnrun("plan", "./cnnrun.lua", "--gpus", bad, granted=False)
            self.assertEqual((r.code, len(r.err.splitlines())), (2, 1), bad)

    def test_network(self):
        """none takes it away, also where a profile lists hosts"""
        self.assertEqual(self.ran("--network", "none", "--", "ls", "/sys/class/net"), "lo\n")
        self.profile('c:network { allow = { "example.org" } }')
        self.assertEqual(self.planned("--network", "bridge").get("network", "bridge"), "bridge")
        self.assertNotIn("network_allow", self.planned("--network", "none"))
        self.assertEqual(self.planned("--network", "host")["network"], "host")

    def test_user(self):
        """who it runs as"""
        self.assertEqual(self.ran("--user", "root", "--", "id", "-u"), "0\n")
        self.assertEqual(self.ran("--user", "1234:5", "--", "sh", "-c", "id -u; id -g"), "1234\n5\n")
        self.assertEqual(self.ran("--user", "77", "--", "sh", "-c", "id -u; id -g"), "77\n77\n")
        self.assertEqual(self.ran("--user", "image", "--", "id", "-u"), "0\n")
        self.assertEqual(self.planned("--user", "app")["user"], {"mode": "image", "name": "app"})
        self.profile('c:user "root"')
        self.assertEqual(self.ran("--user", "host", "--", "id", "-u"), "%d\n" % self.uid)
        for bad in "a b", "-1", "1:2:3", ":5", "4294967296":
            r = self.run_cnnrun("plan", "./cnnrun.lua", "--user=" + bad, granted=False)
            self.assertEqual((r.code, len(r.err.splitlines())), (2, 1), (bad, r.out))

    def test_env_file(self):
        """a file, of the working directory, from anywhere"""
        self.write("sub/vars", "A=1\nB=two words\n")
        sub = os.path.join(self.project, "sub")
        r = self.run_cnnrun("../cnnrun.lua", "--env-file", "vars", "--", "sh", "-c", "echo $A $B", cwd=sub, granted=False)
        self.assertEqual((r.code, r.out), (0, "1 two words\n"), r.err)
        elsewhere = os.path.join(kit.SCRATCH, "elsewhere.env")
        with open(elsewhere, "w") as f:
            f.write("C=3\n")
        self.addCleanup(os.unlink, elsewhere)
        os.chmod(elsewhere, 0o644)
        self.assertEqual(self.ran("--env-file", elsewhere, "--", "sh", "-c", "echo $C"), "3\n")
        r = self.run_cnnrun("./cnnrun.lua", "--env-file", "nosuch", "--", "true", granted=False)
        self.assertEqual(r.code, 125)
        self.assertIn("nosuch: No such file or directory", r.err)

    def test_the_profiles_own(self):
        """an option of the profile's counts more, but for --network, which confines"""
        self.profile("c:env('P', opt.port .. opt.user)", options="port = {}, user = {}")
        self.assertEqual(self.ran("--port", "7", "--user", "u", "--", "sh", "-c", "echo $P"), "7u\n")
        self.profile(options="network = {}")
        r = self.run_cnnrun("./cnnrun.lua", "--network", "none", "--", "true", granted=False)
        self.assertEqual(r.code, 125)
        self.assertIn("option 'network' is cnnrun's own --network; give it another name", r.err)

    def test_of_a_script(self):
        """what would change nothing is refused before anything runs; --network and --gpus are for all that it starts"""
        self.write("cnnrun.lua", 'local cnn = require "cnnrun"\nreturn cnn.profile { action = "none",\n'
                   'options = { port = {} }, setup = function(c, opt) print("began", opt.port) end }\n')
        for words in ("--user=root",), ("-e", "A=1"), ("--env-file", "no"), ("-p", "80"), ("--pull",), ("--detach",):
            r = self.run_cnnrun("./cnnrun.lua", *words, granted=False)
            self.assertEqual((r.code, r.out, len(r.err.splitlines())), (2, "", 1), r.err)
            self.assertIn("cnnrun.lua starts its containers itself, and --", r.err)
        for words in ("--port", "x"), ("--network", "none"), ("--gpus", "none"), ("-q",):
            r = self.run_cnnrun("./cnnrun.lua", *words, granted=False)
            self.assertEqual((r.code, "began" in r.err), (0, True), r.err)
