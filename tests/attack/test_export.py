# SPDX-License-Identifier: MIT
"""Attempts by a profile whose files are handed on: to put a value of the user's into them, or a line
that does more than the plan says."""
import os
import re
import subprocess

import attack
import kit

KINDS = "docker", "compose", "devcontainer"
SECRET = "glpat-hunter2hunter2hunter2"


class Export(attack.Attack):
    def export(self, kind, *words, code=0, **more):
        r = self.run_cnnrun("export", kind, "./cnnrun.lua", *words, **more)
        self.assertEqual(r.code, code, r.err)
        self.assertNotIn("hunter2", r.out + r.err)
        return r

    def test_secrets(self):
        """values of files, of the environment and of the command line are in no file that is written"""
        self.write(".env", "FILED=hunter2\nAPI_AUTH=hunter2\n")
        self.profile('c:env_file ".env"', 'c:env "PLAIN_NAME"', 'c:env { MY_TOKEN = opt.token, SPELT_TOKEN = "spelt" }',
                     'c:service("db", function(s) s:image "busybox"; s:env("X", opt.token) end)',
                     options='token = { env = "MY_TOKEN" }')
        for kind in KINDS:
            out = self.export(kind, "-e", "GIVEN=hunter2", "-e", "NAMED",
                              env={"MY_TOKEN": SECRET, "PLAIN_NAME": "hunter2", "NAMED": "hunter2"}).out
            if kind != "devcontainer":  # that is a compose file's
                self.assertIn("spelt", out)

    def test_secret_as_word(self):
        """one that an option took is no word of a command either"""
        self.profile('c:command { "login", opt.token }', options='token = { env = "MY_TOKEN" }')
        for kind in KINDS:
            r = self.export(kind, code=125, env={"MY_TOKEN": SECRET})
            self.assertIn("the value of $MY_TOKEN (--token) would be in the file", r.err)

    def test_script(self):
        """no name, text or value of a profile is a command of the script"""
        evil = 'x\\n$(touch /tmp/owned)`touch /tmp/owned`\\";touch /tmp/owned\\n'
        self.profile('c:env { A = "%s" }' % evil, 'c:command { "echo", "%s" }' % evil, 'c:label { ["l.x"] = "%s" }' % evil,
                     'c:service("db", function(s) s:image "busybox"; s:ready { log = "%s" } end)' % evil.replace('\\n', ''))
        path = os.path.join(self.project, "run.sh")
        self.export("docker", "-o", "run.sh")
        fake = self.write("bin/docker", "#!/bin/sh\necho ran\n", 0o755)
        self.write("bin/sleep", "#!/bin/sh\n", 0o755)
        subprocess.run(["sh", path], env=kit.environment(PATH=os.path.dirname(fake) + ":" + os.environ["PATH"]),
                       cwd=self.project, timeout=60, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.assertFalse(os.path.exists("/tmp/owned"))

    def test_comments(self):
        """nor is a line of the about a line of a file"""
        self.profile()
        path = os.path.join(self.project, "cnnrun.lua")
        with open(path) as f:
            text = f.read().replace('"test"', '"test\\nservices: {}\\n"')
        self.write("cnnrun.lua", text)
        for kind in KINDS:
            out = self.run_cnnrun("export", kind, "./cnnrun.lua").out
            self.assertIsNone(re.search(r"^services: \{\}", out, re.M), out)

    def test_places(self):
        """a byte that stands for a place of the converter's is refused"""
        for call in r'c:env { A = "\1HOME\2" }', r'c:command { "\1DISPLAY\2" }', r'c:label { x = "\2" }':
            self.profile(call)
            for kind in KINDS:
                r = self.run_cnnrun("export", kind, "./cnnrun.lua")
                self.assertEqual(r.code, 125, r.out)
                self.assertIn("byte 1 or 2", r.err)

    def test_variables_of_theirs(self):
        """compose and the devcontainer CLI fill nothing in that the profile did not mean, or it is said"""
        self.profile('c:env { A = "${HOME}", B = "${localEnv:HOME}" }')
        self.assertIn('A: "$${HOME}"', self.export("compose").out)
        self.assertIn("fill in what looks like a variable of theirs: ${localEnv:HOME}", self.export("devcontainer").err)
