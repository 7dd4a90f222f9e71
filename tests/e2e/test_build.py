# SPDX-License-Identifier: MIT
"""Building images: the same files as docker's own client puts there, errors, and nothing
done twice."""
import hashlib
import io
import os
import re
import socket
import subprocess
import tarfile
import threading

import kit
from pty_session import Session

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


def tree(image):
    """{path: everything that matters} of /ctx in an image."""
    status, made = kit.engine.call("POST", "/containers/create", {"Image": image, "Cmd": ["x"]})
    assert status == 201, made
    c = kit.UnixConnection(kit.SOCKET)
    c.request("GET", "/v1.41/containers/%s/archive?path=/ctx" % made["Id"])
    data = c.getresponse().read()
    c.close()
    kit.engine.remove(made["Id"])
    found = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as t:
        for m in t:
            text = t.extractfile(m).read() if m.isfile() else b""
            found[m.name] = (m.type, oct(m.mode), m.size, m.linkname, m.uid, m.gid,
                             hashlib.sha256(text).hexdigest())
    return found


class Recorder:
    """A socket that passes everything on to the engine and keeps the request lines."""

    def __init__(self, path):
        self.path = path
        self.lines = []
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(path)
        self.server.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client = self.server.accept()[0]
            except OSError:
                return
            there = socket.socket(socket.AF_UNIX)
            there.connect(kit.SOCKET)
            for a, b, keep in (client, there, True), (there, client, False):
                threading.Thread(target=self.carry, args=(a, b, keep), daemon=True).start()

    def carry(self, a, b, keep):
        try:
            while data := a.recv(1 << 16):
                if keep:
                    self.lines += [s for s in data.split(b"\r\n") if s.endswith(b" HTTP/1.1")]
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def builds(self):
        return [s for s in self.lines if b"/build?" in s]

    def close(self):
        self.server.close()


class Context(kit.Case):
    builder = "1"

    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove_images)
        self.state = os.path.join(self.project, "state")

    @staticmethod
    def remove_images():
        for tag in "kit-ours", "kit-theirs":
            kit.engine.call("DELETE", "/images/%s?force=1" % tag)

    def recorder(self):
        recorder = Recorder(os.path.join(kit.SCRATCH, "recorder.sock"))
        self.addCleanup(os.unlink, recorder.path)
        self.addCleanup(recorder.close)
        return recorder

    def allow(self):
        """By the user, in a store of the test's own."""
        r = self.run_cnnrun("allow", "./cnnrun.lua", granted=False, env={"XDG_STATE_HOME": self.state})
        self.assertEqual(r.code, 0, r.err)

    def build(self, *calls, **more):
        self.profile(*(calls or ('c:build { tag = "kit-ours", context = "ctx" }',)), image=None)
        return self.run_cnnrun("build", "./cnnrun.lua",
                               env={"DOCKER_BUILDKIT": self.builder}, **more)

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
        self.assertEqual(build(), [1, 1, 1, 1, 0, 1])
        self.assertEqual(build(), [1, 1, 1, 1, 1, 0])
        self.assertEqual(build("--rebuild"), [1, 1, 1, 1, 0, 1])

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
        self.assertEqual(tree("kit-ours")["ctx/file"][2], len("mi%s"))


class ClassicBuilder(Context):
    builder = "0"
