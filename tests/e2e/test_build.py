# SPDX-License-Identifier: MIT
"""Building images: the same files as docker's own client puts there, errors, and nothing
done twice."""
import os
import subprocess

import kit
from build_kit import Building, tree

IGNORE = """\
# a comment
*.log
!keep.log
**/*.tmp
docs
!docs/README
/rooted
a?c
[x-z]*
*/deep
tail/

!sub/deep/again
"""

FILES = """keep.log drop.log sub/inner.log one.tmp sub/two.tmp docs/README docs/other rooted
sub/rooted abc a/c xray sub/deep/file sub/deep/again sub/fine tail/x .hidden sub/.hidden
docs2/file name\\ with\\ blank äöü""".replace("\\ ", "\0").split()


class Context(Building):
    def assertSameAsDocker(self):
        r = self.build()
        self.assertEqual(r.code, 0, r.out + r.err)
        # the same builder by docker's own client; newer ones need a plugin for BuildKit
        for docker in "docker", "/usr/bin/docker":
            theirs = subprocess.run([docker, "build", "-q", "-t", "kit-theirs", "ctx"],
                                    cwd=self.project, stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT, text=True,
                                    env=dict(os.environ, DOCKER_BUILDKIT=self.builder))
            if "buildx component is missing" not in theirs.stdout:
                break
        self.assertEqual(theirs.returncode, 0, theirs.stdout)
        self.assertEqual(tree("kit-ours"), tree("kit-theirs"))

    def test_dockerignore(self):
        """.dockerignore leaves out what docker leaves out"""
        self.write("ctx/Dockerfile", "FROM busybox\nCOPY . /ctx\n")
        self.write("ctx/.dockerignore", IGNORE)
        for name in FILES:
            self.write("ctx/" + name.replace("\0", " "), name)
        os.mkdir(os.path.join(self.project, "ctx/empty"))
        self.assertSameAsDocker()

    def test_kinds_of_files(self):
        """symlinks, hard links, modes, sparse files, names of 250 letters, deep paths"""
        ctx = os.path.join(self.project, "ctx")
        self.write("ctx/Dockerfile", "FROM busybox\nCOPY . /ctx\n")
        for link, target in ("to-file", "plain"), ("dangling", "nosuch"), ("absolute", "/etc"), \
                ("up", "../.."), ("long-target", "t" * 200):
            os.symlink(target, os.path.join(ctx, link))
        self.write("ctx/plain", "plain")
        os.link(os.path.join(ctx, "plain"), os.path.join(ctx, "twin"))
        self.write("ctx/program", "#!/bin/sh\n", 0o755)
        self.write("ctx/secret", "x", 0o600)
        self.write("ctx/setuid", "x", 0o4755)
        self.write("ctx/" + "n" * 250, "long name")
        self.write("ctx/" + "/".join(["d" * 60] * 8) + "/file", "deep")
        self.write("ctx/" + "ü" * 110, "long name, not ASCII")
        with open(os.path.join(ctx, "sparse"), "wb") as f:
            f.seek(20 << 20)
            f.write(b"end")
        self.write("ctx/nothing", "")
        self.assertSameAsDocker()

    def test_dockerfile_outside(self):
        """a Dockerfile that is not in the context"""
        self.write("ctx/file", "x")
        self.write("elsewhere/My.Dockerfile", "FROM busybox\nCOPY . /ctx\n")
        r = self.build('c:build { tag = "kit-ours", context = "ctx", '
                       'dockerfile = "elsewhere/My.Dockerfile" }')
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(set(tree("kit-ours")), {"ctx", "ctx/file"})

    def test_arguments_and_target(self):
        """arguments, labels and the target stage reach the build"""
        self.write("ctx/Dockerfile", "FROM busybox AS one\nARG WHO=nobody\n"
                   "RUN mkdir /ctx && echo hello $WHO > /ctx/who\nFROM one AS two\nRUN rm /ctx/who\n")
        r = self.build('c:build { tag = "kit-ours", context = "ctx", target = "one", '
                       'args = { WHO = "you \\"and\\" me" }, labels = { made = "here" } }')
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(tree("kit-ours")["ctx/who"][2], len("hello you \"and\" me\n"))
        image = kit.engine.get("/images/kit-ours/json")
        self.assertEqual(image["Config"]["Labels"]["made"], "here")

    def test_failing_step(self):
        """a failing step: its own output, which step, and 125"""
        self.write("ctx/Dockerfile", "FROM busybox\nRUN echo about to fail; exit 3\n")
        r = self.build()
        self.assertEqual(r.code, 125)
        said = r.out + r.err
        self.assertIn("about to fail", said)
        self.assertIn("exit 3", said)

    def test_bad_dockerfile(self):
        """a Dockerfile with a mistake, and one that is not there"""
        self.write("ctx/Dockerfile", "FROM busybox\nNOSUCH thing\n")
        r = self.build()
        self.assertEqual(r.code, 125)
        self.assertIn("NOSUCH", r.err)
        os.unlink(os.path.join(self.project, "ctx/Dockerfile"))
        r = self.build()
        self.assertEqual(r.code, 125)
        self.assertIn("Dockerfile", r.err)

    def test_once(self):
        """an unchanged build is not sent again; a changed file is"""
        self.write("ctx/Dockerfile", "FROM busybox\nCOPY . /ctx\n")
        path = self.write("ctx/file", "one")
        recorder = self.recorder()
        self.profile('c:build { tag = "kit-ours", context = "ctx" }', image=None)

        def build():
            r = self.run_cnnrun("build", "./cnnrun.lua",
                                env={"DOCKER_HOST": "unix://" + recorder.path,
                                     "DOCKER_BUILDKIT": self.builder})
            self.assertEqual(r.code, 0, r.err)
            return len(recorder.builds())

        self.assertEqual([build(), build()], [1, 1])
        self.write("ctx/file", "two")
        self.assertEqual([build(), build()], [2, 2])
        os.chmod(path, 0o755)
        self.assertEqual(build(), 3)
        kit.engine.call("DELETE", "/images/kit-ours?force=1")
        self.assertEqual(build(), 4)


class ClassicBuilder(Context):
    builder = "0"
