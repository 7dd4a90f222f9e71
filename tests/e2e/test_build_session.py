# SPDX-License-Identifier: MIT
"""What a build may ask for while it runs: secrets, an SSH agent, logins; and that nothing of
it stays."""
import os
import signal
import subprocess

import kit
from build_kit import tree
from given_kit import VALUE, Given
from registry_kit import Registry

# lists what the agent holds: bash and coreutils alone have no unix sockets
LIST_KEYS = ("use IO::Socket::UNIX; $s = IO::Socket::UNIX->new($ENV{SSH_AUTH_SOCK}) or die; "
             "syswrite $s, pack(q(NC), 1, 11); sysread $s, $x, 9999; print $x;")


class Secrets(Given):
    def test_secret_of_file(self):
        """a file as a secret: the step reads it, byte for byte, and it is nowhere else"""
        self.write("token", VALUE + "\n\n")
        self.project_of("FROM busybox\nRUN --mount=type=secret,id=token wc -c </run/secrets/token >/n && "
                        "md5sum </run/secrets/token >/sum\n", 'secrets = { token = "token" }')
        for words in ("plan", "./cnnrun.lua"), ("plan", "--json", "./cnnrun.lua"), ("plan", "--docker", "./cnnrun.lua"):
            self.said += self.run_cnnrun(*words).out
        self.build()
        r = self.run_cnnrun("./cnnrun.lua", "--", "cat", "/n", "/sum")
        sum_ = kit.tool("md5sum", os.path.join(self.project, "token")).split()[0]
        self.assertEqual(r.out, "%d\n%s  -\n" % (len(VALUE) + 2, sum_), r.err)
        self.assertNowhere()

    def test_secret_of_variable(self):
        """a variable as a secret, which is asked for, and is no variable of the steps or of the image"""
        self.project_of("FROM busybox\nRUN --mount=type=secret,id=key,target=/k,mode=0444 "
                        "cut -c1-7 </k >/begin && env >/env\n", 'secrets = { key = { env = "MY_KEY" } }')
        r = self.run_cnnrun("build", "./cnnrun.lua", granted=False, env={"MY_KEY": VALUE, "XDG_STATE_HOME": self.state})
        self.assertEqual(r.code, 125)
        self.assertIn("know your variable MY_KEY", r.err)
        self.build(env={"MY_KEY": VALUE})
        r = self.run_cnnrun("./cnnrun.lua", "--", "cat", "/begin", env={"MY_KEY": VALUE})
        self.assertEqual(r.out, VALUE[:7] + "\n", r.err)
        self.assertNowhere()

    def test_failing(self):
        """a step fails with a secret in it: what it said is shown, and the secret only where it printed it"""
        self.write("token", VALUE)
        self.project_of("FROM busybox\nRUN --mount=type=secret,id=token echo about to fail; exit 3\n",
                        'secrets = { token = "token" }')
        r = self.build(code=125)
        self.assertIn("about to fail", r.err)
        self.assertRegex(r.err, r'build step ".*" failed: .*exit code: 3\n\Z')
        self.assertNotIn(VALUE, r.err)

    def test_changed(self):
        """a changed secret builds nothing, a changed context does; what is up to date needs no secret"""
        recorder = self.recorder()
        os.chmod(recorder.path, 0o666)
        path = self.write("token", VALUE)
        self.project_of("FROM busybox\nCOPY . /ctx\nRUN --mount=type=secret,id=token cat /run/secrets/token >/dev/null\n",
                        'secrets = { token = "token" }')

        def sessions():
            self.build(env={"DOCKER_HOST": "unix://" + recorder.path})
            self.assertEqual(recorder.builds(), [])
            return len([s for s in recorder.lines if b"/session " in s])

        self.assertEqual([sessions(), sessions()], [1, 1])
        self.write("token", VALUE + "2")
        self.assertEqual(sessions(), 1)
        os.unlink(path)
        self.assertEqual(sessions(), 1)
        self.write("ctx/file", "new")
        r = self.build(code=125)
        self.assertRegex(r.err, r"error: .*the secret token: .*/token: No such file or directory\n\Z")

    def test_without(self):
        """a build that is given nothing has no session"""
        recorder = self.recorder()
        os.chmod(recorder.path, 0o666)
        self.project_of("FROM busybox AS one\nRUN true\nFROM busybox\nCOPY --from=one /bin/busybox /x\n")
        self.build(env={"DOCKER_HOST": "unix://" + recorder.path})
        self.assertEqual(len(recorder.builds()), 1)
        self.assertEqual([s for s in recorder.lines if b"/session" in s or b"/grpc" in s], [])

    def test_options(self):
        """arguments, labels, target, and the context as it is without a session"""
        self.write("token", VALUE)
        self.write("ctx/.dockerignore", "*.log\n")
        for name in "a", "b.log", "sub/c", "sub/ü":
            self.write("ctx/" + name, name)
        text = "FROM busybox AS one\nARG WHO=nobody\nCOPY . /ctx\nRUN echo $WHO >/ctx/who\nFROM one\nRUN rm /ctx/who\n"
        more = 'target = "one", args = { WHO = "you \\"and\\" me" }, labels = { made = "here" }'
        trees = []
        for given in "", ', secrets = { token = "token" }':
            self.project_of(text, more + given)
            self.build("--rebuild")
            trees.append(tree("kit-ours"))
        self.assertEqual(trees[0], trees[1])
        self.assertEqual(trees[0]["ctx/who"][2], len('you "and" me\n'))
        self.assertEqual(kit.engine.get("/images/kit-ours/json")["Config"]["Labels"]["made"], "here")

    def test_missing(self):
        """a variable that is not there, no agent, a directory as a secret: one line each, and nothing is sent"""
        os.mkdir(os.path.join(self.project, "dir"))
        for words, said in (('secrets = { key = { env = "NO_KEY" } }', "the secret key: there is no variable NO_KEY"),
                            ('secrets = { key = "dir" }', "the secret key: .*dir"),
                            ("ssh = true", r"this session has no SSH agent; start one: eval")):
            self.project_of("FROM busybox\n", words)
            r = self.build(code=125, env={"SSH_AUTH_SOCK": None})
            self.assertRegex(r.err, "error: .*" + said)

    def test_old_builder(self):
        """the builder before BuildKit has no such thing, and says so; a Dockerfile from elsewhere is no matter"""
        self.write("token", VALUE)
        self.write("other/Dockerfile", "FROM busybox\nRUN true\n")
        self.project_of("FROM busybox\n", 'secrets = { token = "token" }')
        r = self.build(code=125, env={"DOCKER_BUILDKIT": "0"})
        self.assertIn("go without DOCKER_BUILDKIT=0", r.err)
        self.project_of("FROM nosuch\n", 'dockerfile = "other/Dockerfile", secrets = { token = "token" }')
        self.build()

    def test_newer(self):
        """what an older engine cannot read: which line, and what would help"""
        if int(kit.engine.get("/version")["ApiVersion"].split(".")[1]) >= 42:
            return
        for line, said in (("RUN <<END\necho hello\nEND", r"line 2 of the Dockerfile has here-documents \(<<\), which Docker 23"),
                           ("\nCOPY --link x /x", "line 3 of the Dockerfile has --link, which Docker 23")):
            self.project_of("FROM busybox\n" + line + "\n")
            self.assertRegex(self.build(code=125).err, said)
        self.project_of("FROM busybox\n", 'contexts = { lib = "." }')
        self.assertIn("contexts = { lib = … }: Docker before 23 does not know them", self.build(code=125).err)

    def test_syntax_offline(self):
        """a reader of the Dockerfile that no registry has here: which line to remove"""
        self.project_of("# syntax=docker/dockerfile:1\nFROM busybox\n")
        self.assertIn('line "# syntax=docker/dockerfile:1" has that image read it: remove the line',
                      self.build(code=125).err)


class Agent(Given):
    def test_all(self):
        """a secret, an agent, FROM and COPY --from of a private registry in one build: nothing of it stays"""
        registry = Registry(self)
        refs = [registry.push("me/base", "debian:bookworm-slim"), registry.push("me/part")]
        for ref in refs:
            self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % ref)
        self.write("token", VALUE)
        self.project_of("FROM %s\nCOPY --from=%s /bin/busybox /busybox\n"
                        "RUN --mount=type=secret,id=token grep -c hunter2 /run/secrets/token >/lines\n"
                        "RUN --mount=type=ssh perl -e '%s' >/keys && grep -a key-of-the-test /keys\n"
                        "RUN test -z \"$SSH_AUTH_SOCK\" -a ! -s /run/secrets/token\n" % (refs[0], refs[1], LIST_KEYS),
                        'ssh = true, secrets = { token = "token" }')
        env = {"SSH_AUTH_SOCK": self.agent(), "DOCKER_CONFIG": registry.config}
        r = self.run_cnnrun("build", "./cnnrun.lua", granted=False, env=dict(env, XDG_STATE_HOME=self.state))
        self.assertIn("log in as you with the keys of your SSH agent", r.err)
        self.build(env=env)
        self.assertNowhere()


class Private(Given):
    def setUp(self):
        super().setUp()
        self.registry = Registry(self)
        self.refs = [self.registry.push("me/" + name) for name in ("base", "part")]
        self.addCleanup(self.remove)

    def remove(self):
        for ref in self.refs:
            kit.engine.call("DELETE", "/images/%s?force=1" % ref)

    def test_sources(self):
        """FROM and COPY --from of a private registry, by the login that docker has"""
        self.project_of("FROM %s\nCOPY --from=%s /bin/busybox /busybox-copied\n"
                        "RUN --mount=from=%s,target=/m test -e /m/bin/sh\n" % (self.refs[0], self.refs[1], self.refs[1]))
        self.build(env={"DOCKER_CONFIG": self.registry.config})
        r = self.run_cnnrun("./cnnrun.lua", "--", "/busybox-copied", "echo", "here", env={"DOCKER_CONFIG": self.registry.config})
        self.assertEqual(r.out, "here\n", r.err)

    def test_old_builder(self):
        """the same with the builder before BuildKit"""
        self.project_of("FROM %s\nCOPY --from=%s /bin/busybox /busybox-copied\n" % tuple(self.refs))
        self.build(env={"DOCKER_CONFIG": self.registry.config, "DOCKER_BUILDKIT": "0"})

    def test_no_login(self):
        """without a login it is refused"""
        self.project_of("FROM busybox\nCOPY --from=%s /bin/busybox /copied\n" % self.refs[1])
        self.build(code=125)


class End(Given):
    def test_killed(self):
        """cnnrun is killed: the build ends with its session, and nothing of it runs on"""
        self.write("token", VALUE)
        self.project_of("FROM busybox\nRUN --mount=type=secret,id=token sleep 98765\n", 'secrets = { token = "token" }')

        def sleeping():
            return subprocess.run(["pgrep", "-fx", "sleep 98765"], check=False, stdout=subprocess.PIPE).stdout.split()

        for how in signal.SIGKILL, signal.SIGINT:
            p = self.start_cnnrun("build", "./cnnrun.lua", granted=False)
            kit.wait_for(sleeping, 60, "the step")
            p.send_signal(how)
            p.wait(20)
            kit.wait_for(lambda: not sleeping(), 20, "its end")


if __name__ == "__main__":
    kit.unittest.main()
