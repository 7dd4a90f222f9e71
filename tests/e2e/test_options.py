# SPDX-License-Identifier: MIT
"""Options of a profile that are taken from variables."""
import os

import kit

OPTIONS = ('port = { env = "HOST_PORT", default = "8080" }, fast = { env = "FAST", default = false },'
           'tags = { env = "TAGS", type = "list" }, sure = { env = "SURE", required = true }')
SAY = ('c:command { "echo", opt.port, tostring(opt.fast), table.concat(opt.tags or {}, "+"),'
       ' opt.sure }')


class Variables(kit.Case):
    uid = kit.USER
    TOKEN = "ghx_0123456789abcdefghij"

    def setUp(self):
        super().setUp()
        self.profile(SAY, options=OPTIONS)

    def said(self, *words, env=(), **more):
        r = self.run_cnnrun("./cnnrun.lua", *words, env=dict({"SURE": "s"}, **dict(env)), **more)
        self.assertEqual(r.code, 0, r.err)
        return r.out.strip()

    def test_values(self):
        """a variable counts where the line does not say it, and an empty one not at all"""
        self.assertEqual(self.said(), "8080 false  s")
        env = {"HOST_PORT": "9000", "FAST": "1", "TAGS": "a,b", "SURE": "yes"}
        self.assertEqual(self.said(env=env), "9000 true a+b yes")
        self.assertEqual(self.said("--port", "1", "--tags", "c", env=env), "1 true c yes")
        self.assertEqual(self.said(env={"HOST_PORT": ""}), "8080 false  s")

    def test_required(self):
        """where neither is there both ways are named"""
        r = self.run_cnnrun("./cnnrun.lua")
        self.assertEqual(r.code, 2)
        self.assertIn("--sure or $SURE is required", r.err)

    def test_wrong(self):
        """a variable's value is checked as the option's"""
        r = self.run_cnnrun("./cnnrun.lua", env={"FAST": "perhaps", "SURE": "s"})
        self.assertEqual(r.code, 2)
        self.assertIn('--fast must be true or false, not "perhaps"', r.err)

    def test_plan(self):
        """plan and help say where a value comes from"""
        r = self.run_cnnrun("plan", "./cnnrun.lua", env={"HOST_PORT": "9000", "SURE": "s"})
        self.assertIn("options    --port 9000, from HOST_PORT\n           --sure s, from SURE", r.out)
        self.assertIn("(default $HOST_PORT or 8080)", self.run_cnnrun("./cnnrun.lua", "--help").out)

    def test_secret(self):
        """what looks like a secret, by name or shape, is a right, and never shown"""
        for name, value, shown in (("MY_TOKEN", "abc", "abc"), ("HARMLESS", self.TOKEN, self.TOKEN)):
            self.profile('c:env("A", "b")', options='x = { env = "%s" }' % name)
            env = {name: value}
            r = self.run_cnnrun("plan", "./cnnrun.lua", env=env, granted=False)
            self.assertIn("know your variable " + name, r.out)
            self.assertNotIn(shown, r.out)
            r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=env, granted=False)
            self.assertEqual(r.code, 125)
            self.assertIn("know your variable " + name, r.err)
            r = self.run_cnnrun("./cnnrun.lua", "--", "true", env=env)
            self.assertEqual(r.code, 0, r.err)

    def test_plain_is_free(self):
        """ports, tags, paths, switches need none"""
        for value in "8080", "ghcr.io/some/image:1.2.3-rc1", "/home/me/data/2024-01-01", "true":
            self.profile('c:env("A", opt.x)', options='x = { env = "VALUE" }')
            r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", "echo $A", env={"VALUE": value},
                                granted=False)
            self.assertEqual((r.code, r.out), (0, value + "\n"), r.err)

    def test_cluster_behind_ssh(self):
        """what is typed wrongly of a cluster behind ssh is said, and the script printed, without a connection"""
        self.profile()
        ssh = self.write("bin/ssh", "#!/bin/sh\ntouch %s/asked\nexit 255\n" % self.project, 0o755)
        env = {"PATH": os.path.dirname(ssh) + ":" + os.environ["PATH"]}
        for where, words, code, says in (("ssh://me@login+slurm:a b", (), 2, "is no partition\n"),
                                         ("ssh://+slurm", (), 125, "no host that one can be called\n"),
                                         ("ssh://login+slurm", ("--slurm", "time=1"), 2, "that is cnnrun's to say"),
                                         ("ssh://me@login:22+slurm:gpu", ("--dry-run",), 0, "")):
            r = self.run_cnnrun("--on", where, *words, "./cnnrun.lua", env=env, granted=False)
            self.assertEqual(r.code, code, r.err)
            self.assertIn(says, r.err)
            self.assertEqual("#SBATCH --partition=gpu\n" in r.out, not code)
            self.assertFalse(os.path.exists(self.project + "/asked"))

    def test_secret_steered(self):
        """the profile itself does not learn it before that: it could not pass it on by cnn.run"""
        self.write("cnnrun.lua", 'local cnn = require "cnnrun"\n'
                   'return cnn.profile { action = "none", options = { x = { env = "MY_TOKEN" } },\n'
                   'setup = function(c, opt) print("learnt " .. tostring(opt.x)) end }\n')
        r = self.run_cnnrun("./cnnrun.lua", env={"MY_TOKEN": "abc"}, granted=False)
        self.assertEqual(r.code, 125)
        self.assertNotIn("learnt", r.out + r.err)
