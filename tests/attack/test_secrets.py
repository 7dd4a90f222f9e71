# SPDX-License-Identifier: MIT
"""Attempts to see a value of the user's that the profile does not spell out: on the screen, in
an error, or where it lies on its way into the container."""
import contextlib
import glob
import hashlib
import json
import os
import subprocess

import attack
import kit

# Values that nothing else says, by where they come from.
FILED, PASSED, TYPED, NAMED = "filed-hunter2", "passed-hunter2", "typed-hunter2", "named-hunter2"
HOST = {"PLAIN_NAME": PASSED, "TYPED_NAME": NAMED}
ARGS = ("-e", "GIVEN=" + TYPED, "-e", "TYPED_NAME")


class Secrets(attack.Attack):
    def setUp(self):
        super().setUp()
        self.write(".env", "FILED=%s\nAPI_AUTH=%s\n" % (FILED, FILED))
        self.profile('c:env_file ".env"', 'c:env "PLAIN_NAME"', 'c:env("SPELT", "out")')

    def assertNoValue(self, *texts):
        for text in texts:
            self.assertNotIn("hunter2", text)

    def say(self, *args, **more):
        more.setdefault("env", HOST)
        r = self.run_cnnrun(*args, **more)
        self.assertNoValue(r.out, r.err)
        return r

    def test_plan(self):
        """no form of plan shows a value that comes from a file, the environment or the command line"""
        for form in (), ("--json",), ("--docker",), ("--diff",):
            r = self.say("plan", "./cnnrun.lua", *form, *ARGS, granted=not form)
            self.assertIn("FILED" if form != ("--docker",) and form != ("--diff",) else "", r.out)
        self.assertIn("SPELT=out", self.say("plan", "./cnnrun.lua").out)

    def test_option(self):
        """nor one that an option takes from the environment, wherever the profile puts it"""
        self.profile('c:env { DB_PASSWORD = opt.password, DB = "me:" .. opt.password .. "@db" }',
                     'c:service("db", function(s) s:image "busybox"; s:env("PLAIN", opt.password) end)',
                     options='password = { env = "PLAIN_PASSWORD" }')
        for form in (), ("--json",), ("--docker",), ("--diff",):
            self.say("plan", "./cnnrun.lua", *form, env={"PLAIN_PASSWORD": "hunter2"}, granted=not form)
        line = self.say("plan", "./cnnrun.lua", "--docker", env={"PLAIN_PASSWORD": "hunter2"}).out
        for name in "DB_PASSWORD", "DB", "PLAIN":
            self.assertIn("# export %s with its value first" % name, line)

    def test_run(self):
        """no value on the screen of a run, however it talks, and however it ends"""
        for more in ("-v",), ("-v", "--dry-run"), ("-v", "--image", "nosuch:1", "--no-build"), ("-v", "--name", "a b"):
            self.say("./cnnrun.lua", *ARGS, *more, "--", "true")
        r = self.run_cnnrun("./cnnrun.lua", *ARGS, "--", "sh", "-c", 'echo "$FILED $PLAIN_NAME $GIVEN $TYPED_NAME"', env=HOST)
        self.assertEqual(r.out, "%s %s %s %s\n" % (FILED, PASSED, TYPED, NAMED), r.err)

    def test_question(self):
        """what is asked for and what was granted names variables and no value"""
        self.assertIn("PLAIN_NAME", self.say("./cnnrun.lua", *ARGS, granted=False).err)
        self.say("allow", "./cnnrun.lua")
        self.assertIn("PLAIN_NAME", self.say("allow", "--list", "--json", granted=False).out)

    def test_docker_line(self):
        """the docker line says no value and works: typed as it stands it gives the same variables"""
        line = self.say("plan", "./cnnrun.lua", "--docker", "--", "env").out
        self.assertIn("--env-file " + os.path.join(self.project, ".env"), line)
        r = subprocess.run(["sh", "-c", line], env=dict(kit.environment(self.uid), **HOST), stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(r.returncode, 0, line + r.stderr)
        for value in "FILED=" + FILED, "API_AUTH=" + FILED, "PLAIN_NAME=" + PASSED, "SPELT=out":
            self.assertIn(value + "\n", r.stdout)

    def test_docker_line_of_quotes(self):
        """a file that docker's client reads otherwise is not referred to: its variables go by name"""
        self.profile('c:env_file(".env", { quotes = true })')
        line = self.say("plan", "./cnnrun.lua", "--docker").out
        self.assertNotIn("--env-file", line)
        self.assertIn("# export FILED with its value first", line)
        self.assertIn("--env FILED ", line)

    def test_passwords_in_urls(self):
        """a password in a URL, of a proxy or a database, is not shown, whatever the name says"""
        url = "http://me:url-hunter2@proxy:3128/"
        self.profile('c:env("https_proxy", "%s")' % url, 'c:build { tag = "x:1", context = ".", args = { PROXY = "%s" } }' % url,
                     'c:env "all_proxy"', image=None)
        self.write("docker/Dockerfile", "FROM busybox\n")
        for form in (), ("--json",):
            out = self.say("plan", "./cnnrun.lua", *form, env={"all_proxy": url}).out
            self.assertIn("https_proxy", out)

    def test_names(self):
        """values under names that sound secret are not shown in the plan"""
        names = ["MYSQL_PASS", "API_AUTH", "MY_TOKENS", "SSHKEY", "CLIENT_SECRET", "DB_PWD", "PGPASSWORD", "X_JWT"]
        self.profile(*['c:env("%s", "hunter2")' % n for n in names])
        for form in (), ("--json",):
            self.assertIn("DB_PWD", self.say("plan", "./cnnrun.lua", *form).out)

    def test_engine_url(self):
        """the password in DOCKER_HOST, or in a context of docker's, is in no error"""
        url = "tcp://me:hunter2@10.0.0.1:2376"
        for words in ("doctor",), ("ps",), ("./cnnrun.lua",), ("--host", url, "ps"), ("version",):
            self.say(*words, env={"DOCKER_HOST": None if "--host" in words else url}, granted=False)

    def test_docker_config(self):
        """damaged files of docker's client are not quoted: there are passwords in them"""
        config = os.path.join(self.project, "config")
        meta = "contexts/meta/%s/meta.json" % hashlib.sha256(b"mine").hexdigest()
        self.write("config/" + meta, '{"password": hunter2}')
        self.write("config/config.json", '{"auths": {"x": {"auth": hunter2}}}')
        for words in ("ps",), ("doctor",), ("./cnnrun.lua",):
            for context in None, "mine":
                r = self.say(*words, env={"DOCKER_CONFIG": config, "DOCKER_CONTEXT": context,
                                          "DOCKER_HOST": None if context else os.environ["DOCKER_HOST"]}, granted=False)
        self.assertIn("not JSON", r.err)

    def test_credential_helper(self):
        """a credential helper that fails with the secret on its output does not get it printed"""
        self.write("bin/docker-credential-leak", '#!/bin/sh\necho \'{"Username":"me","Secret":"hunter2"}\'\nexit 1\n', 0o755)
        self.write("config/config.json", '{"credsStore": "leak"}')
        self.profile(image="registry.invalid/x:1")
        r = self.say("./cnnrun.lua", env={"DOCKER_CONFIG": os.path.join(self.project, "config"),
                                          "PATH": os.path.join(self.project, "bin") + ":" + os.environ["PATH"]})
        self.assertIn("docker-credential-leak failed", r.err)

    def test_bad_option(self):
        """a variable without a name is not repeated"""
        for words in ("./cnnrun.lua", "-e", "=hunter2"), ("exec", "-e", "=hunter2", "x", "true"):
            self.assertEqual(self.say(*words, granted=False).code, 2)

    def test_on_the_way(self):
        """while it runs, no value is in an argument of a process, a label, or a file of cnnrun's"""
        p = self.start_cnnrun("./cnnrun.lua", *ARGS[2:], "--", "sleep", "60", env=HOST)
        name = self.new_container()
        arguments = []
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            with contextlib.suppress(OSError), open(path) as f:
                arguments.append(f.read())
        self.assertNoValue(*arguments)
        self.assertNoValue(json.dumps(kit.engine.inspect(name)["Config"]["Labels"]))
        env = kit.environment(self.uid)
        for top in env["HOME"], env["XDG_RUNTIME_DIR"]:
            for where, _, files in os.walk(top):
                for file in files:
                    if not os.path.isfile(os.path.join(where, file)):
                        continue
                    with open(os.path.join(where, file), errors="replace") as f:
                        self.assertNoValue(f.read())
        self.assertNoValue(*[self.say(*w, granted=False).out for w in (("ps",), ("ps", "--json"))])
        self.end(p)

    def test_neighbour(self):
        """another user sees neither the environment nor the memory of launcher and janitor; no core is left"""
        p = self.start_cnnrun("./cnnrun.lua", "--", "sleep", "60", env=HOST)
        self.new_container()
        ours = kit.processes() - self.before["processes"]
        self.assertGreaterEqual(len(ours), 2)
        for pid in ours:
            for file in "environ", "mem", "maps":
                r = subprocess.run(["setpriv", "--reuid", "1234", "--regid", "1234", "--clear-groups", "cat",
                                    "/proc/%d/%s" % (pid, file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                self.assertEqual((r.returncode, r.stdout), (1, b""))
            with open("/proc/%d/limits" % pid) as f:
                self.assertRegex(f.read(), r"Max core file size +0 +0 ")
        self.end(p)

    def test_taken_back(self):
        """a variable of the file that the profile spells out itself is the profile's: shown"""
        self.profile('c:env_file ".env"', 'c:env("FILED", "mine")')
        out = self.say("plan", "./cnnrun.lua").out
        self.assertIn("FILED=mine", out)
        self.assertIn("API_AUTH=****", out)


if __name__ == "__main__":
    kit.unittest.main()
