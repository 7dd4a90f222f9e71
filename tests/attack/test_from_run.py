# SPDX-License-Identifier: MIT
"""Attempts by the scripts of a repository, of which a profile is written."""
import os

import attack

LINE = "docker run --rm busybox true"


class FromRun(attack.Attack):
    """Nothing of a script is run, and the profile says all that it asks for."""

    def init(self, name="run.sh", **more):
        return self.attempt("init", "--from", name, timeout=60, **more)

    def text(self):
        with open(os.path.join(self.project, "cnnrun.lua")) as f:
            return f.read()

    def assertWritten(self, script):
        self.write("run.sh", script)
        r = self.init()
        self.assertEqual(r.code, 0, r.err)
        return self.text()

    def test_commands_of_the_script(self):
        """commands in quotes, substitutions, documents and names of variables are run"""
        text = self.assertWritten("./configure && make pwned1; $(touch pwned2)\n: ${X:=`touch pwned3`}\ncat <<E\n$(touch pwned4)\nE\n"
                                  "A='$(touch pwned5)'\ndocker run -e \"A=$A\" -e B=$(touch pwned6) busybox `touch pwned7`\n")
        self.run_cnnrun("plan", granted=False)
        self.assertEqual([n for n in os.listdir(self.project) if "pwned" in n], [])
        self.assertIn("-- make pwned1\n", text)

    def test_lua_in_words(self):
        """words that end a string, a comment or a line of Lua"""
        for piece in ('"', "]]", "\\", "\\\\\"", "--[[", "\\n", "\\z", "$'\\n'", "\u2028"):
            bad = piece + ' os.execute("touch pwned") error("run") ' + piece
            quoted = "'" + bad + "'"
            for line in ("docker run -e A=%s --name %s busybox %s", "docker run -v %s:/x busybox %s # %s",
                         "%s\ndocker run busybox # %s %s", "docker run --label %s --hostname %s --log-opt %s busybox",
                         "X=%s\ndocker run -e A=${Y:-%s} -w $X busybox # %s", "docker build -t %s --build-arg %s=%s ."):
                self.write("run.sh", line % (quoted, quoted, quoted))
                r = self.init()
                if r.code == 0:
                    r = self.attempt("plan")
                    os.unlink(os.path.join(self.project, "cnnrun.lua"))
                self.assertLessEqual(len(r.err.splitlines()), 1, r.err)
                self.assertNotIn("cnnrun.lua:1:", r.err)
                for word in "unexpected symbol", "near", "attempt to", "global", ": run":
                    self.assertNotIn(word, r.err)

    def test_without_end(self):
        """texts that grow, nest or are read without end"""
        doubled = "A0=xxxxxxxxxxxxxxxx\n" + "".join("A%d=$A%d$A%d\n" % (i + 1, i, i) for i in range(60)) + LINE + " $A60\n"
        for script in (doubled, "A=(x)\n" + "A+=(\"${A[@]}\" \"${A[@]}\")\n" * 60 + LINE + " \"${A[@]}\"", "$(" * 500000,
                       "docker run " + "-e " * 340000 + "x", "<<A " * 250000, "x" * (1 << 20) + "y"):
            self.write("run.sh", script)
            r = self.init()
            if r.code == 0:
                os.unlink(os.path.join(self.project, "cnnrun.lua"))
                self.assertEqual(len(r.err.splitlines()), 1)
            else:
                self.assertHeld(r)

    def test_not_a_file(self):
        """what is read never ends, or waits for a writer"""
        os.symlink("/dev/zero", os.path.join(self.project, "zero.sh"))
        os.mkfifo(os.path.join(self.project, "pipe.sh"))
        for name in "zero.sh", "pipe.sh":
            self.assertHeld(self.init(name), "not a regular file")

    def test_link_in_the_place(self):
        """a link of the repository where the profile is written"""
        self.write("run.sh", LINE)
        for target in self.secret, os.path.join(os.path.dirname(self.secret), "new"):
            os.symlink(target, os.path.join(self.project, "cnnrun.lua"))
            self.assertHeld(self.init(), "there is a cnnrun.lua already")
            os.unlink(os.path.join(self.project, "cnnrun.lua"))
        with open(self.secret) as f:
            self.assertEqual(f.read(), attack.SECRET)
        self.assertFalse(os.path.exists(os.path.join(os.path.dirname(self.secret), "new")))

    def test_rights_unseen(self):
        """rights stand behind a thousand harmless words, or in a line of blanks"""
        text = self.assertWritten("docker run" + "".join(" -e A%d=%s" % (i, " '  ' ".strip() * 40) for i in range(500))
                                  + " --privileged --pid host -v /:/host busybox true" + " ' '" * 900)
        lines = text.splitlines()
        for call in "c:privileged()", 'c:mount("/", "/host")', 'c:pid "host"':
            self.assertIn("\t\t" + call, lines)
        self.assertLess(max(len(line) for line in lines), 600)
        said = self.rights()
        self.assertTrue(any("every right" in one or "privileged" in one for one in said), said)
        self.assertHeld(self.attempt("./cnnrun.lua"))

    def test_screen(self):
        """a script's words draw on the terminal"""
        self.write("run.sh", "docker run --\033]0;pwned\007 busybox")
        self.assertHeld(self.init(), "a control character is in the text")
        self.write("run.sh", "docker run --\u202enope busybox")
        r = self.init()
        self.assertHeld(r)
        self.assertNotIn("\u202e", r.err)
