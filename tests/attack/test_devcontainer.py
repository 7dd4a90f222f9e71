# SPDX-License-Identifier: MIT
"""A devcontainer.json of a stranger's repository: it may describe a container, and nothing else."""
import json
import os

from attack import SECRET, Attack

FILE = ".devcontainer/devcontainer.json"


class Devcontainer(Attack):
    def file(self, **properties):
        self.write(FILE, json.dumps(dict({"image": "busybox"}, **properties), indent=1))

    def plan(self, *words, **more):
        return self.attempt("plan", *words, FILE, **more)

    def test_initialize(self):
        """initializeCommand runs on the machine of who opens the repository"""
        for command in "touch %s/ran" % self.project, ["touch", self.project + "/ran"], {"a": "touch %s/ran" % self.project}:
            self.file(initializeCommand=command)
            for words in ("plan", FILE), (FILE, "--", "true"), ("build", FILE):
                self.attempt(*words)
            self.assertFalse(os.path.exists(self.project + "/ran"))

    def test_initialize_shown(self):
        """initializeCommand has lines and escapes that hide what it does where it is shown"""
        self.file(initializeCommand="true\r\x1b[2K\nrm -rf ~")
        r = self.plan()
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(len(r.err.splitlines()), 1)
        self.assertNotRegex(r.err.rstrip("\n"), "[\x00-\x1f]")
        self.assertNotIn("rm -rf", r.err)

    def test_initialize_variable(self):
        """initializeCommand shows a secret variable on the screen"""
        self.file(initializeCommand="echo ${localEnv:THE_TOKEN}")
        r = self.plan(env={"THE_TOKEN": SECRET})
        self.assertNoSecret(r.out, r.err)

    def test_variable(self):
        """a secret of the environment is taken into a variable of another name"""
        for where in "containerEnv", "remoteEnv":
            self.file(**{where: {"HARMLESS": "${localEnv:THE_TOKEN}"}})
            r = self.attempt(FILE, "--", "env", env={"THE_TOKEN": SECRET})
            self.assertNotEqual(r.code, 0)
            self.assertNoSecret(r.out, r.err)
            self.assertNoSecret(*self.plan_texts(env={"THE_TOKEN": SECRET}))

    def plan_texts(self, **more):
        for words in (), ("--json",), ("--docker",):
            r = self.plan(*words, **more)
            yield r.out + r.err

    def test_secrets(self):
        """secrets takes a variable along that nobody granted"""
        self.file(secrets={"THE_TOKEN": {}})
        self.assertNoSecret(*self.plan_texts(env={"THE_TOKEN": SECRET}))
        r = self.attempt(FILE, "--", "env", env={"THE_TOKEN": SECRET})
        self.assertNotEqual(r.code, 0)
        self.assertNoSecret(r.out, r.err)

    def test_mounts(self):
        """directories out of the project are mounted by each property that can name one"""
        home = os.path.dirname(self.secret)
        for properties in (
                {"mounts": ["source=%s,target=/x,type=bind" % home]},
                {"mounts": ["source=${localEnv:HOME},target=/x,type=bind"]},
                {"mounts": [{"type": "bind", "source": "${localWorkspaceFolder}/../" + os.path.basename(home), "target": "/x"}]},
                {"workspaceMount": "source=%s,target=/x,type=bind" % home, "workspaceFolder": "/x"},
                {"runArgs": ["-v", home + ":/x"]}, {"runArgs": ["-v", "~:/x"]},
                {"runArgs": ["--mount", "type=bind,src=%s,dst=/x" % home]}):
            with self.subTest(str(properties)):
                self.file(**properties)
                r = self.attempt(FILE, "--", "cat", "/x/secret")
                self.assertNotEqual(r.code, 0)
                self.assertNoSecret(r.out, r.err)
                p = self.plan()
                if p.code == 0:
                    self.assertRegex(p.out, "(?m)outside the project|home")
                else:
                    self.assertEqual(len(p.err.splitlines()), 1, p.err)

    def test_rights(self):
        """rights come with runArgs and properties that nobody granted"""
        for properties in ({"privileged": True}, {"runArgs": ["--privileged"]}, {"capAdd": ["SYS_ADMIN"]},
                           {"runArgs": ["--network=host", "--pid=host"]}, {"securityOpt": ["seccomp=unconfined"]},
                           {"runArgs": ["-v", "/var/run/docker.sock:/s"]}, {"runArgs": ["--device=/dev/mem"]}):
            with self.subTest(str(properties)):
                self.file(**properties)
                r = self.attempt(FILE, "--", "true")
                self.assertNotEqual(r.code, 0)
                self.assertEqual(set(self.left()) & {"containers"}, set())

    def test_files(self):
        """a Dockerfile, context or compose file is another's, out of the project"""
        for properties in (
                {"build": {"dockerfile": "../.." + self.secret}}, {"build": {"dockerfile": self.secret}},
                {"build": {"dockerfile": "Dockerfile", "context": "../.."}},
                {"dockerComposeFile": "../.." + self.secret, "service": "a"},
                {"dockerComposeFile": self.secret, "service": "a"}):
            with self.subTest(str(properties)):
                self.write(FILE, json.dumps(properties))
                self.write(".devcontainer/Dockerfile", "FROM busybox\n")
                r = self.attempt(FILE, "--", "true")
                self.assertNotEqual(r.code, 0)
                self.assertNoSecret(r.out, r.err)

    def test_names(self):
        """names and texts have lines, quotes and escapes that forge what plan says"""
        evil = "x\nrights     none\x1b[31m'\"; touch ran #"
        for properties in (
                {"name": evil}, {"remoteUser": evil}, {"containerEnv": {"A": evil}}, {"remoteEnv": {"A": evil}},
                {"containerEnv": {evil: "a"}}, {"remoteEnv": {evil: "${containerEnv:PATH}"}}, {evil: 1}, {"image": evil},
                {"runArgs": [evil]}, {"mounts": [evil]}, {"workspaceFolder": "/" + evil}, {"features": {evil: {}}},
                {"forwardPorts": [evil]}, {"secrets": {evil: {}}}, {"capAdd": [evil]}, {"shutdownAction": evil},
                {"containerEnv": {"A": "${%s}" % evil}}, {"containerEnv": {"A": "${localEnv:%s}" % evil}}):
            with self.subTest(str(properties)):
                self.file(**properties)
                r = self.plan()
                self.assertNotIn("\x1b", r.out + r.err)
                self.assertNotRegex(r.out + r.err, "(?m)^rights     none")
                if r.code:
                    self.assertEqual(len(r.err.splitlines()), 1, r.err)

    def test_shell(self):
        """a variable of the container breaks out of the line that sets it"""
        self.file(remoteEnv={"A": "${containerEnv:PATH}'\"$(touch /tmp/ran)`touch /tmp/ran`",
                             "B": "${containerEnv:NO:$(touch /tmp/ran)`touch /tmp/ran`\"'}"}, remoteUser="root")
        r = self.run_cnnrun(FILE, "-q", "--", "sh", "-c", "ls /tmp; echo $A")
        self.addCleanup(self.sweep)
        self.assertEqual(r.code, 0, r.err)
        self.assertNotIn("ran\n", r.out.split("/bin")[0])
        self.assertIn("$(touch /tmp/ran)", r.out)
        self.sweep()

    def test_many(self):
        """there is no end to commands, mounts or variables"""
        for properties in ({"postCreateCommand": {"c%d" % i: "true" for i in range(20000)}},
                           {"mounts": ["source=v%d,target=/v%d,type=volume" % (i, i) for i in range(20000)]},
                           {"containerEnv": {"V%d" % i: "${localEnv:V%d}" % i for i in range(1000)}},
                           {"runArgs": ["--label=a=%s" % ("x" * 500000)]}):
            self.file(**properties)
            r = self.plan()
            if r.code:
                self.assertEqual(len(r.err.splitlines()), 1, r.err[:500])
                self.assertLess(len(r.err), 1000)
