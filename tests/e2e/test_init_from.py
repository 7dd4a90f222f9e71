# SPDX-License-Identifier: MIT
"""cnnrun init --from, as one types it: what is written, what is said, and that it runs."""
import os

import kit


class From(kit.Case):
    def init(self, *words, **more):
        return self.run_cnnrun("init", "--from", *words, **more)

    def text(self):
        with open(os.path.join(self.project, "cnnrun.lua")) as f:
            return f.read()

    def test_line_runs(self):
        """a line is a profile that does the same, at once; the next command is named"""
        self.write("greeting", "hello")
        r = self.init("docker run --rm -v %s:/w -w /w -e A=1 busybox sh -c 'cat greeting; echo $A'" % self.project)
        self.assertEqual((r.code, r.out), (0, ""), r.err)
        self.assertEqual(r.err, "cnnrun: wrote cnnrun.lua; look at it, then: cnnrun plan, cnnrun\n")
        self.assertEqual(self.run_cnnrun("plan").code, 0)
        r = self.run_cnnrun("./cnnrun.lua")
        self.assertEqual((r.code, r.out), (0, "hello1\n"), r.err)

    def test_input(self):
        """- is standard input"""
        r = self.init("-", input="docker run \\\n --rm busybox \\\n true\n")
        self.assertEqual(r.code, 0, r.err)
        self.assertIn('c:command { "true" }', self.text())

    def test_scripts(self):
        """of several scripts one builds what the other runs"""
        self.write("build.sh", "#!/bin/sh\ndocker build -t demo docker\n")
        self.write("run.sh", "#!/bin/sh\ndocker run --rm demo true\n")
        self.write("docker/Dockerfile", "FROM busybox\n")
        self.assertEqual(self.init("build.sh", "run.sh").code, 0)
        self.assertIn('c:build { context = "docker", tag = "demo" }', self.text())
        self.assertEqual(self.run_cnnrun("plan").code, 0)

    def test_dockerfile(self):
        """a Dockerfile is built, and its directory is the project's"""
        self.write("Dockerfile", "FROM busybox\nWORKDIR /srv\nEXPOSE 8080\n")
        self.assertEqual(self.init("Dockerfile").code, 0)
        for line in "c:build {}", 'c:mount(".", "/srv"):workdir "/srv"', "c:port(8080)":
            self.assertIn(line, self.text())
        self.assertEqual(self.run_cnnrun("plan").code, 0)

    def test_required(self):
        """what the profile asks for is said, and the command that is named works"""
        r = self.init("docker run --rm -e API_TOKEN=x -v $DATA:/data busybox true")
        self.assertEqual(r.err, "cnnrun: wrote cnnrun.lua; it takes API_TOKEN from your environment; it asks for --data; "
                         "look at it, then: cnnrun ./cnnrun.lua --help\n")
        r = self.run_cnnrun("./cnnrun.lua", "--help")
        self.assertEqual(r.code, 0, r.err)
        self.assertIn("--data", r.out)
        self.assertEqual(self.run_cnnrun("plan", env={"DATA": "/usr"}).code, 0)

    def test_overwrites_nothing(self):
        """a cnnrun.lua that is there stays"""
        self.write("cnnrun.lua", "-- mine\n")
        r = self.init("docker run busybox")
        self.assertEqual(r.code, 125)
        self.assertIn("there is a cnnrun.lua already", r.err)
        self.assertEqual(self.text(), "-- mine\n")

    def test_refused(self):
        """what is no line says so in one, and writes nothing"""
        self.write("empty.sh", "echo hi\n")
        self.write("binary", b"docker run \0 x")
        for words, said in ((("docker",), "the line is one word: cnnrun init --from 'docker run ...'"),
                            (("docker run --nope x",), "--nope is no option of docker run that is known"),
                            (("docker run 'x",), "a quote ' has no end"), (("missing.sh",), "missing.sh: No such file"),
                            (("empty.sh",), "empty.sh: there is no line of docker run"), (("binary",), "binary: is no text"),
                            (("docker run x", "--image", "y"), "leave --image out"), ((".",), ".: not a regular file"),
                            (("docker run \033[31mx",), "a control character is in the text")):
            r = self.init(*words)
            self.assertNotEqual(r.code, 0, words)
            self.assertIn(said, r.err)
            self.assertEqual(len(r.err.splitlines()), 1)
            self.assertFalse(os.path.exists(os.path.join(self.project, "cnnrun.lua")))

    def test_answer(self):
        """who types docker is told of it"""
        r = self.run_cnnrun("docker", "run", "busybox")
        self.assertEqual(r.code, 2)
        self.assertIn('cnnrun init --from "docker run ...', r.err)
