# SPDX-License-Identifier: MIT
"""A build's inputs are opened once, before the question, and its bases asked for once."""
import os
import re

import build_kit
import kit
from pty_session import Session


class Inputs(build_kit.Building):
    def test_looked_up_once(self):
        """one build opens its Dockerfile once and asks for each base once"""
        recorder = self.recorder()
        log = os.path.join(self.project, "strace")
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-base?force=1")
        kit.engine.call("POST", "/images/busybox/tag?repo=kit-base")
        self.write("ctx/Dockerfile", "FROM kit-base AS one\nRUN echo x > /x\nFROM busybox\n"
                   "COPY --from=one /x /ctx/x\nFROM kit-base\nCOPY . /ctx\n")
        self.write("ctx/.dockerignore", "nothing\n")
        self.profile('c:build { tag = "kit-ours", context = "ctx" }', image=None)

        def build(*options):
            del recorder.lines[:]
            r = self.run_cnnrun("./cnnrun.lua", *options, "--", "ls", "/ctx", granted=False,
                                env={"DOCKER_HOST": "unix://" + recorder.path,
                                     "DOCKER_BUILDKIT": self.builder, "XDG_STATE_HOME": self.state},
                                before=("strace", "-f", "-qq", "-o", log,
                                        "-e", "trace=open,openat,openat2"))
            self.assertEqual((r.code, r.out), (0, "Dockerfile\n"), r.err)
            with open(log) as f:
                opened = re.findall(r'open(?:at2?)?\([^"\n]*"(?:[^"\n]*/)?([^/"\n]*)"', f.read())
            return ([opened.count(n) for n in ("Dockerfile", ".dockerignore")] +
                    [len([s for s in recorder.lines if b"/images/%s/json" % n in s])
                     for n in (b"kit-base", b"busybox", b"kit-ours")] + [len(recorder.builds())])

        self.allow()
        self.assertEqual(build(), [1, 1, 1, 1, 0, 1], recorder.lines)
        self.assertEqual(build(), [1, 1, 1, 1, 1, 0], recorder.lines)
        self.assertEqual(build("--rebuild"), [1, 1, 1, 1, 0, 1], recorder.lines)

    def test_exchanged_while_asked(self):
        """a context that is exchanged while the question stands: what was shown is built"""
        self.write("ctx/Dockerfile", "FROM busybox\nCOPY . /ctx\n")
        self.write("ctx/file", "mi%s")
        self.write("elsewhere/Dockerfile", "FROM busybox\nCOPY . /ctx\n")
        self.write("elsewhere/file", "thei%s")
        self.profile('c:build { tag = "kit-ours", context = "ctx" }', 'c:network "host"', image=None)
        s = Session("./cnnrun.lua", "--", "sh", "-c", "printf $(cat /ctx/file) ne rs",
                    cwd=self.project, granted=False,
                    env={"DOCKER_BUILDKIT": self.builder, "XDG_STATE_HOME": self.state})
        self.addCleanup(s.close)
        shown = s.expect("Allow this? [y/N] ")
        self.assertIn("use the host's network", shown)
        self.assertNotIn("elsewhere", shown)
        ctx = os.path.join(self.project, "ctx")
        os.rename(ctx, ctx + "-away")
        os.symlink("elsewhere", ctx)
        s.send("y\n")
        s.expect("mine")
        self.assertEqual(s.wait(), 0)
        self.assertEqual(build_kit.tree("kit-ours")["ctx/file"][2], len("mi%s"))

    def test_stand_in(self):
        """offline a base that stands in is built on, and counts as the one it stands for"""
        recorder = self.recorder()
        scripts = os.path.join(kit.TOP, "scripts")
        name = "cnnrun-base:" + kit.tool(os.path.join(scripts, "base-image.sh"), "--name").strip()
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % name)
        build_kit.own_base(name, "busybox", self.uid, "unix://" + recorder.path)
        self.write("ctx/Dockerfile", "ARG BASE_IMAGE\nFROM $BASE_IMAGE\nCOPY . /ctx\n")

        calls = 'c:build { tag = "kit-ours", context = "ctx", base = "127.0.0.1:1/none:1" }'

        def build():
            self.profile(calls, image=None)
            self.run_cnnrun("allow", "./cnnrun.lua", granted=False)
            del recorder.lines[:]
            r = self.build(calls, env={"DOCKER_HOST": "unix://" + recorder.path, "CNNRUN_SCRIPTS": scripts})
            self.assertEqual(r.code, 0, r.err)
            return ([len([s for s in recorder.lines if b"/images/%s/json" % n in s])
                     for n in (b"127.0.0.1:1/none:1", name.encode(), b"kit-ours")] +
                    [len(recorder.builds())])

        self.assertEqual(build(), [1, 1, 0, 1])
        self.assertEqual(build(), [0, 1, 1, 0])


class NoRoot(kit.Case):
    uid = kit.USER

    def test_no_stand_in(self):
        """who may not make a stand-in is told how root makes it, also without a terminal"""
        scripts = os.path.join(kit.TOP, "scripts")
        self.write("Dockerfile", "ARG BASE_IMAGE\nFROM $BASE_IMAGE\n")
        self.profile('c:build { tag = "kit-ours", context = ".", base = "127.0.0.1:1/none:1" }', image=None)
        self.write("bin/sudo", "#!/bin/sh\nexit 1\n")
        os.chmod(os.path.join(self.project, "bin/sudo"), 0o755)
        self.run_cnnrun("allow", "./cnnrun.lua", granted=False)
        r = self.run_cnnrun("build", "./cnnrun.lua", env={"CNNRUN_SCRIPTS": scripts,
                            "PATH": self.project + "/bin:/usr/bin:/bin"})
        self.assertEqual(r.code, 125, r.err)
        self.assertRegex(r.err, r"as root: sh %s/base-image\.sh \S+/cnnrun/base-\S+\.tar\n$" % scripts)


class ClassicInputs(Inputs):
    builder = "0"
