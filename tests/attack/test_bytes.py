# SPDX-License-Identifier: MIT
"""Attempts with bytes that are no UTF-8: an engine, and whoever else reads JSON, takes each of them
for U+FFFD, and so a name for that of another file. They never leave; what is valid goes through."""
import json
import os
import shutil

import attack
import kit

BAD = (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x82", b"\xf4\x90\x80\x80")  # overlong, half a pair, cut, beyond
ODD = ("a b", "a:b", "a,b", "a;b", 'a"b', "a'b", "a\\b", "a\nb", "a\tb", "a\u202eb", "größe", "字", "א", "👩\u200d👧",
       "\ufffd", "a=b", "$home", "-x", "*", "x" * 255)


class Bytes(attack.Attack):
    def lua(self, name):
        """A string of Lua for these bytes."""
        return '"%s"' % "".join("\\%03d" % c for c in os.fsencode(name))

    def make(self, name):
        path = os.path.join(os.fsencode(self.project), os.fsencode(name))
        os.makedirs(path)
        os.chown(path, self.uid, self.uid)
        self.addCleanup(shutil.rmtree, path, True)
        return os.fsdecode(path)

    def refused(self, r, *words):
        self.assertHeld(r, "not UTF-8", *words)

    def test_mount(self):
        """a mount's source, beside one that has the name the engine would read"""
        os.symlink("/etc", os.path.join(self.project, "x\ufffd"))
        for bad in BAD:
            name = b"x" + bad
            self.make(name)
            self.profile('c:mount(%s, "/x", { readonly = true })' % self.lua(os.fsdecode(name)))
            self.refused(self.attempt("./cnnrun.lua", "--", "ls", "/x"), "cnnrun.lua:6: ", "mount")

    def test_link(self):
        """a mount's source whose name is good and leads to one that is not"""
        self.make(b"y\xff")
        os.symlink(os.fsdecode(b"y\xff"), os.path.join(self.project, "link"))
        self.profile('c:mount("link", "/x")')
        self.refused(self.attempt("./cnnrun.lua", "--", "ls", "/x"), "mount")

    def test_project(self):
        """the project's own directory, in the plan, in lists and in labels"""
        top = self.make(b"top\xff")
        self.profile('c:mount(".", "/x")')
        shutil.copy(os.path.join(self.project, "cnnrun.lua"), top)
        self.refused(self.attempt("./cnnrun.lua", "--", "ls", cwd=top), "project")
        self.refused(self.attempt("plan", "--json", cwd=top), "project")
        self.refused(self.attempt("list", "--json", cwd=top), "path")
        self.refused(self.attempt("plan", cwd=top), "project")

    def test_words(self):
        """arguments, values of options, variables of the command line and of the environment"""
        self.profile("c:env(opt.pass)", "if opt.set ~= '' then c:env { X = opt.set } end", "c:workdir(opt.dir)",
                     options='pass = { default = "LANG", about = "p" }, set = { default = "", about = "s" }, '
                             'dir = { default = "/", about = "d" }')
        for bad in BAD:
            bad = os.fsdecode(bad)
            self.refused(self.attempt("./cnnrun.lua", "--", "echo", "a" + bad), "command")
            self.refused(self.attempt("./cnnrun.lua", "-e", "A=" + bad), "env")
            self.refused(self.attempt("./cnnrun.lua", "--set", bad), "env", "cnnrun.lua:7: ")
            self.refused(self.attempt("./cnnrun.lua", "--dir", "/" + bad), "workdir", "cnnrun.lua:8: ")
            self.refused(self.attempt("./cnnrun.lua", "--pass", "LC_X", env={"LC_X": bad}), "env/LC_X")

    def test_env_file(self):
        """a line of an env file"""
        self.write("x.env", b"GOOD=1\nTOKEN=s3cret\xff\n")
        self.profile('c:env_file "x.env"')
        r = self.attempt("./cnnrun.lua")
        self.refused(r, "x.env:2: ")
        self.assertNotIn("s3cret", r.err)

    def test_display(self):
        """the path of the display's cookies, and the home directory"""
        home = self.make(b"home\xff")
        cookies = os.path.join(home, "x")
        shutil.copy(os.environ["XAUTHORITY"], cookies)
        os.chown(cookies, self.uid, self.uid)
        self.profile('c:user "host"')
        self.assertEqual(self.attempt("./cnnrun.lua", "--", "true", env={"HOME": home}).code, 0)
        self.profile("c:display()")
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--", "true", env={"XAUTHORITY": cookies}).code, 0)

    def test_exec(self):
        """words for a container that runs: command, variable, directory"""
        self.profile('c:command { "sleep", "600" }', 'c:name "kit-bytes"')
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--detach").code, 0)
        self.addCleanup(kit.engine.remove, "kit-bytes")
        bad = os.fsdecode(b"\xff")
        self.refused(self.attempt("exec", "kit-bytes", "echo", bad), "command")
        self.refused(self.attempt("exec", "-e", "A=" + bad, "kit-bytes", "true"), "env")
        self.refused(self.attempt("exec", "-w", "/" + bad, "kit-bytes", "true"), "workdir")
        self.assertEqual(self.attempt("exec", "kit-bytes", "echo", "\ufffd").out, "\ufffd\n")

    def test_build(self):
        """a build's context, Dockerfile, argument, label and target"""
        self.write("Dockerfile", "FROM busybox\nCOPY . /c\n")
        for what in ("context = %s", "context = '.', dockerfile = %s", "context = '.', args = { A = %s }",
                     "context = '.', labels = { a = %s }", "context = '.', target = %s"):
            self.profile("c:build { tag = 'kit-bytes:x', %s }" % what % self.lua(os.fsdecode(b"x\xff")), image=None)
            self.refused(self.attempt("build", "./cnnrun.lua"), "build", "cnnrun.lua:5: ")

    def test_build_inputs(self):
        """a file of the context whose name is no UTF-8 arrives as it is"""
        self.make(b"ctx")
        with open(os.path.join(os.fsencode(self.project), b"ctx/f\xff"), "w", encoding="ascii") as f:
            f.write("yes")
        self.write("ctx/Dockerfile", "FROM busybox\nCOPY . /c\n")
        self.profile("c:build { tag = 'kit-bytes:y', context = 'ctx' }", image=None)
        self.assertEqual(self.attempt("./cnnrun.lua", "--", "sh", "-c", "cat /c/f?").out, "yes")

    def test_grants(self):
        """grants and their list as JSON"""
        top = self.make(b"granted\xff")
        env = {"XDG_STATE_HOME": os.path.join(self.project, "state")}
        self.profile('c:network "host"', name="granted.lua")
        shutil.copy(os.path.join(self.project, "granted.lua"), os.path.join(top, "p.lua"))
        r = self.attempt("allow", "./p.lua", cwd=top, env=env)
        if r.code == 0:
            self.refused(self.attempt("allow", "--list", "--json", env=env), "path")
        else:
            self.refused(r)

    def test_nul(self):
        """a NUL byte, after which C reads nothing"""
        for call in 'c:mount("x\\0", "/x")', 'c:env { A = "x\\0y" }', 'c:command { "a\\0b" }', 'c:workdir "/a\\0"':
            self.profile(call)
            self.assertHeld(self.attempt("./cnnrun.lua"), "NUL")

    def test_image(self):
        """an image whose user has a home that is no UTF-8"""
        self.write("Dockerfile", b"FROM busybox\nRUN printf 'odd:x:77:77::/home/\\377:/bin/sh\\n' >>/etc/passwd\nUSER odd\n")
        self.profile("c:build { tag = 'kit-bytes:z', context = '.' }", image=None)
        r = self.attempt("./cnnrun.lua", "--", "sh", "-c", "echo ran")
        self.assertTrue((r.code, r.out) == (0, "ran\n") or "not UTF-8" in r.err, r.err)

    def test_valid_names(self):
        """names that are odd and valid work: mounts, directories inside, words and variables"""
        for name in ODD:
            path = self.make(os.path.join("names", name))
            with open(os.path.join(path, "f"), "w", encoding="ascii") as f:
                f.write("yes")
            inside = "/in/" + name if "\n" not in name else "/in/x"
            if "\n" not in name:
                self.profile('c:mount(%s, %s)' % (self.lua("names/" + name), self.lua(inside)),
                             "c:workdir(%s)" % self.lua(inside), "c:env { V = %s }" % self.lua(name))
                r = self.attempt("./cnnrun.lua", "--", "sh", "-c", 'cat f; printf %s "$V" "$1"', "sh", name)
                self.assertEqual(r.out, "yes" + name + name, (name, r.err))
            self.profile('c:mount(".", "/w")', "c:env { V = %s }" % self.lua(name), name="names/%s/cnnrun.lua" % name)
            r = self.attempt("./cnnrun.lua", "--", "sh", "-c", 'cat /w/f; printf %s "$V"', cwd=path)
            self.assertEqual(r.out, "yes" + name, (name, r.err))
            shown = json.loads(self.attempt("plan", "--json", cwd=path).out)
            self.assertEqual(shown["resolved"]["main"]["mount"][0]["source"], path)

    def test_valid_contexts(self):
        """contexts, Dockerfiles and env files whose names are odd and valid work"""
        # BuildKit leaves the copy of a Dockerfile whose name is not ASCII: .dockerfile.*
        for name in ODD:
            if "\n" in name or "/" in name:
                continue
            self.make(os.path.join("ctx2", name))
            self.write("ctx2/%s/%s" % (name, name), "FROM busybox\nCOPY . /c\n")
            self.write("ctx2/%s/e" % name, "V=%s\n" % name)
            self.profile("c:build { tag = 'kit-bytes:v', context = %s, dockerfile = %s }"
                         % (self.lua("ctx2/" + name), self.lua("ctx2/%s/%s" % (name, name))),
                         "c:env_file(%s)" % self.lua("ctx2/%s/e" % name), image=None)
            r = self.attempt("./cnnrun.lua", "--", "sh", "-c", 'printf %s "$V"; cd /c; for f in .[!d]* *; do printf "<%s>" "$f"; done')
            self.assertEqual(r.out, "%s<..>%s" % (name, "".join("<%s>" % n for n in sorted(["e", name], key=os.fsencode))), r.err)
