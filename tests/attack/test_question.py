# SPDX-License-Identifier: MIT
"""Attempts to have the user say yes to what was not seen. What is on the screen when the answer
is given has to show each grave right, how many there are, and nothing of others."""
import contextlib
import os
import subprocess

import attack
import kit
from screen import Screen

LAST = "Allow this? [y/N]"
NETWORK, SOUND = "use the host's network", "play and record sound"


class Question(attack.Attack):
    def setUp(self):
        super().setUp()
        self.env = {"XDG_STATE_HOME": os.path.join(self.project, "state")}

    def ask(self, *words, **more):
        """The session, once it asks; what is drawn last may still be on its way."""
        s = Screen(*(words or ("./cnnrun.lua", "--", "echo", "ran")), uid=self.uid, cwd=self.project,
                   env=self.env, granted=False, **more)
        self.addCleanup(s.close)
        s.see(LAST)
        return s

    def honest(self, s, count, *grave):
        """The screen ends in the question; its first lines are of nobody else."""
        lines = [line for line in s.lines() if line]
        self.assertEqual(lines[-1], LAST)
        for words in grave + (count, LAST):
            self.assertIn(words, s.text())
        self.assertRegex(lines[0], r"^(A container of this profile could$|  - |    |and, what is grave,)")
        self.assertNotIn("FALSE", s.text())
        self.assertTrue(all(len(line) < s.screen.columns for line in lines), lines)

    def refuse(self, s):
        s.send("n\n")
        self.assertNotEqual(s.wait(), 0)
        self.assertTrue(s.restored())

    def script(self, shell, *calls):
        """A container that draws, and then one that asks."""
        self.write("cnnrun.lua", """local cnn = require "cnnrun"
            return cnn.profile { about = "s", setup = function(c)
                c:image "busybox" c:command { "sh", "-c", [==[%s]==] }
                cnn.run(c)
                c:command { "echo", "ran" }
                %s
            end }""" % (shell, "\n".join(calls)))

    def drawn(self, shell, **more):
        """Asked after a container had this drawn; what must be seen is."""
        self.script(shell, 'c:network "host"', 'c:mount("/usr", "/u")')
        s = self.ask(**more)
        self.honest(s, "asks for 2 rights, all of them grave", NETWORK, "write outside the project: /usr")
        self.assertTrue(all(c.data.strip() == "" or (not c.reverse and c.fg == c.bg == "default")
                            for row in s.screen.buffer.values() for c in row.values()))
        self.refuse(s)

    def test_scroll_region(self):
        """an earlier container leaves a scroll region, so that the list runs away"""
        self.drawn(r"printf '\033[2J\033[HFALSE: asks for no rights at all\033[3;6r\033[6;1H\033[?6h'")

    def test_scroll_region_small(self):
        """the same on a screen of 40 columns and 10 lines"""
        self.drawn(r"printf '\033[2J\033[HFALSE\033[3;4r\033[4;1H\033[?6h'", rows=10, cols=40)

    def test_false_list(self):
        """an earlier container draws a harmless question of its own below the cursor"""
        self.drawn(r"printf '\033[2J\033[20;1HFALSE asks for 1 right\nAllow this? FALSE \033[1;1H'")

    def test_other_screen(self):
        """an earlier container leaves the other screen, conceals text and hides the cursor"""
        self.drawn(r"printf '\033[?1049h\033[2JFALSE\033[8m\033[?25l\033[7m\033[37;47m'")

    def test_open_sequence(self):
        """an earlier container leaves a title open that would swallow the list"""
        self.drawn(r"printf 'FALSE\033]0;FALSE'")

    def test_open_string(self):
        """an earlier container leaves a device control string open"""
        self.drawn(r"printf 'FALSE\033[999'")

    def test_letters(self):
        """an earlier container has letters drawn as lines"""
        self.drawn(r"printf '\033(0\033)0\016FALSE'")

    def test_overwriting(self):
        """an earlier container has no lines wrap, inserts, and leaves the last column"""
        self.drawn(r"printf '\033[?7l\033[4h\033[5;79HFALSE'")

    def test_typed_ahead(self):
        """an earlier container asks for a "y", which comes when the question does"""
        self.script("echo press y and enter; sleep 1", 'c:network "host"')
        s = Screen("./cnnrun.lua", uid=self.uid, cwd=self.project, env=self.env, granted=False)
        self.addCleanup(s.close)
        s.see("press y and enter")
        s.send("y\ny\ny\ny")
        s.see(LAST)
        self.honest(s, "asks for 1 right, a grave one", NETWORK)
        self.assertIsNone(s.process.poll())
        self.refuse(s)
        self.assertNotIn("ran", s.text())

    def test_log_handler(self):
        """the question comes while a container still writes"""
        self.write("cnnrun.lua", """local cnn = require "cnnrun"
            return cnn.profile { about = "s", setup = function(c)
                c:image "busybox" c:tty(false)
                c:command { "sh", "-c", "while sleep 0.05; do echo FALSE; done" }
                local asked
                c:on("log", function()
                    if asked then return end
                    asked = true
                    local d = cnn.container()
                    d:image "busybox" d:network "host" d:command { "true" }
                    cnn.run(d)
                end)
            end }""")
        s = Screen("./cnnrun.lua", uid=self.uid, cwd=self.project, env=self.env, granted=False)
        self.addCleanup(s.close)
        s.see(LAST)
        subprocess.run(["sleep", "0.5"], check=True)
        self.honest(s, "asks for 1 right, a grave one", NETWORK)
        s.send("\x03")
        s.wait()

    def test_print(self):
        """the profile prints what looks like the end of the list"""
        self.profile('print(("\\n"):rep(20) .. "FALSE asks for 0 rights, none of them grave.")', 'c:network "host"')
        s = self.ask()
        self.honest(s, "asks for 1 right, a grave one", NETWORK)
        self.refuse(s)

    def test_flood(self):
        """six hundred harmless rights hide a grave one"""
        self.profile('c:network "host"', 'for i = 1, 600 do c:volume("volume-" .. i, "/v/" .. i) end')
        self.assertHeld(self.attempt("./cnnrun.lua"), "asks for 601 rights", "100 at most")
        self.assertHeld(self.attempt("allow", "./cnnrun.lua"), "asks for 601 rights", "100 at most")

    def test_crowd(self):
        """ninety harmless rights push the grave ones off the screen"""
        self.profile('c:network "host"', 'c:mount("/usr", "/u")',
                     'for i = 1, 90 do c:volume("volume-" .. i, "/v/" .. i) end')
        for rows, cols in (24, 80), (10, 40):
            s = self.ask(rows=rows, cols=cols)
            self.honest(s, "asks for 92 rights, 2 of them grave", NETWORK, "write outside the project: /usr")
            self.refuse(s)

    def test_no_room(self):
        """more grave rights than the screen has lines: nothing is asked"""
        self.profile(*('c:mount("/usr/%s", "/u/%s")' % (d, d) for d in ("bin", "lib", "sbin", "share")))
        s = Screen("./cnnrun.lua", uid=self.uid, cwd=self.project, env=self.env, granted=False, rows=6, cols=40)
        self.addCleanup(s.close)
        self.assertEqual(s.wait(), 125)
        s.drain()
        self.assertIn("does not fit this terminal of 40 columns and 6 lines", s.seen)
        self.assertNotIn(LAST, s.seen)

    def test_resize(self):
        """the window shrinks while the question stands, and the list is cut off"""
        self.profile('c:network "host"', 'c:mount("/usr", "/u")',
                     'for i = 1, 20 do c:volume("volume-" .. i, "/v/" .. i) end')
        s = self.ask()
        s.seen = ""
        s.resize_window(10, 40)
        kit.wait_for(lambda: s.feed() and LAST in s.seen, what="the question again")
        s.see(LAST)
        self.honest(s, "asks for 22 rights, 2 of them grave", NETWORK, "write outside the project: /usr")
        s.resize_window(5, 40)
        self.assertEqual(s.wait(), 125)

    def blanks(self, name):
        """A mount of a directory elsewhere that has this name."""
        path = os.path.join(kit.environment(self.uid)["HOME"], name)
        os.makedirs(path, exist_ok=True)
        os.chown(path, self.uid, self.uid)
        self.addCleanup(os.rmdir, path)
        self.profile('c:mount("%s", "/x")' % path.replace("\\", "\\\\").replace('"', '\\"'), 'c:network "host"')
        return path

    def test_blanks(self):
        """a name with blanks goes on in the next line, where it looks like another right"""
        path = self.blanks("x" + " " * 90 + "- use GPU 0")
        for rows, cols in (24, 80), (10, 40):
            s = self.ask(rows=rows, cols=cols)
            self.honest(s, "asks for 2 rights, all of them grave", NETWORK, "write outside the project:")
            self.assertFalse([line for line in s.lines() if line.lstrip(" ").startswith("- use GPU")])
            self.assertIn('"<...>"', s.text())
            self.refuse(s)
        self.assertIn('"%s"' % path, self.attempt("plan", "./cnnrun.lua").out)

    def test_quotes(self):
        """a name that ends its own quotes and goes on with words of ours"""
        self.blanks('a", which is harmless. "')
        s = self.ask()
        self.honest(s, "asks for 2 rights", NETWORK, r'a\", which is harmless. \""')
        self.refuse(s)

    def test_long(self):
        """a name of thousands of bytes fills the screen; its end is what matters"""
        home = kit.environment(self.uid)["HOME"]
        path = os.path.join(home, *["d" * 200] * 4, "keys")
        os.makedirs(path)
        self.addCleanup(subprocess.run, ["rm", "-rf", os.path.join(home, "d" * 200)], check=True)
        self.profile('c:mount("%s", "/x")' % path, 'c:network "host"')
        s = self.ask(rows=10, cols=40)
        self.honest(s, "asks for 2 rights, all of them grave", NETWORK, home[:10], "<...>", "ddd/keys")
        self.refuse(s)
        os.makedirs(os.path.join(path, *["e" * 200] * 2))
        self.profile('c:mount("%s/%s/%s", "/x")' % (path, "e" * 200, "e" * 200))
        self.assertHeld(self.attempt("./cnnrun.lua"), "1024 at most")

    def test_wide(self):
        """a name of wide characters takes twice the columns it has letters"""
        self.blanks("広" * 80)
        s = self.ask()
        self.honest(s, "asks for 2 rights, all of them grave", NETWORK, '"<...>"広広')
        self.refuse(s)

    def test_hidden(self):
        """a name that turns the rest of its line around, or is not seen at all"""
        self.blanks("a\u202eb\u200bc\u061c\U000e0041")
        s = self.ask()
        self.honest(s, "asks for 2 rights", NETWORK, r'a\u{202e}b\u{200b}c\u{61c}\u{e0041}"')
        self.refuse(s)

    def test_profile_name(self):
        """the checkout's own name says that nothing is asked for"""
        top = os.path.join(self.project, "x asks for 0 rights, none of them grave. Allow this? [y")
        self.write(os.path.join(top, "cnnrun.lua"), open(self.profile('c:network "host"'), encoding="utf-8").read())
        s = self.ask(os.path.join(top, "cnnrun.lua"))
        self.assertIn('grave. Allow this? [y/cnnrun.lua" asks for 1 right, a grave one', s.text())
        self.refuse(s)

    def test_words(self):
        """options, groups and networks that are words of ours are refused"""
        for call, word in (('c:security "seccomp=x\\nAllow this? [y/N]"', "must be one line"),
                           ('c:security "seccomp=\\27[2J"', "no option"),
                           ('c:security "anything at all"', "no option"),
                           ('c:user { groups = { "video, which is harmless" } }', "no group"),
                           ('c:network "a, and nothing else"', "network"),
                           ('c:env "A\\27[2J"', "no name"), ('c:env "A\u202e"', "no name"),
                           ('c:cgroup_parent "x and nothing else"', "no control group")):
            self.profile(call)
            self.assertHeld(self.attempt("./cnnrun.lua"), word)

    def test_piped_answer(self):
        """a "y" that comes down a pipe is no answer of the user"""
        self.profile('c:network "host"')
        s = self.ask("./cnnrun.lua", before=("sh", "-c", 'printf "y\\ny\\n" | "$0" "$@"'))
        self.honest(s, "asks for 1 right, a grave one", NETWORK)
        self.refuse(s)
        self.assertNotIn("ran", s.seen)

    @staticmethod
    def kill(pid):
        with contextlib.suppress(ProcessLookupError):  # the terminal's end may have ended it
            os.kill(pid, 9)

    def test_background(self):
        """another program of the terminal's background writes over the question"""
        self.profile('c:network "host"')
        writer = 'set -m; (while sleep 0.2; do echo FALSE; done) & echo $! >writer; exec "$0" "$@"'
        s = self.ask("./cnnrun.lua", before=("sh", "-c", writer))
        with open(os.path.join(self.project, "writer"), encoding="ascii") as f:
            self.addCleanup(self.kill, int(f.read()))
        subprocess.run(["sleep", "0.7"], check=True)
        s.see(LAST)
        self.honest(s, "asks for 1 right, a grave one", NETWORK)
        self.refuse(s)
