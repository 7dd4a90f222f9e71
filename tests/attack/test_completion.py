# SPDX-License-Identifier: MIT
"""Attempts to have the TAB key run what a stranger named: the three shells, as a user sits before
them, in a directory where profiles, their options, files and containers have hostile names."""
import json
import os
import select
import socket
import threading
import time

import attack
import kit
from screen import Screen

RUNS = ("$(touch owned)", "`touch owned`", ";touch owned", "a\ntouch owned\n", "|touch owned", "&touch owned",
        "<(touch owned)", "${x[$(touch owned)]}", "'$(touch owned)", '"$(touch owned)')
ODD = ("~root", "*", "?", "[a-z]", "{a,b}", "-x", "--help", "!!", "$HOME", "a b", "a\tb", "a'b", 'a"b', "a\\",
       "%F{red}a", "%(?.x.y)", "#a", "\033[31mred", "\033]0;title\a", "a\u202eb", "a:b")
# How each is started, without files of the user's; the prompt is the last word to come.
SHELLS = {
    "bash": ("exec bash --norc --noprofile -i", "source /usr/share/bash-completion/bash_completion; "
             "source <(cnnrun completion bash); PS1='ready> '"),
    "zsh": ("exec zsh -f -i", "autoload -Uz compinit; compinit -D -u; source <(cnnrun completion zsh); "
            "setopt no_auto_menu; LISTMAX=1000; bindkey '^I' complete-word; PROMPT='ready> '"),
    "fish": ("exec fish --no-config -i", "cnnrun completion fish | source; function fish_prompt; echo 'ready> '; end"),
}


class Completion(attack.Attack):
    def setUp(self):
        super().setUp()
        for name in RUNS + ODD:
            self.profile(name="profiles/%s.lua" % name)
            if "\u202e" not in name:  # a shell shows names of files as they are
                self.write(name, "a file")
        self.profile(name="profiles/good_1.lua")
        self.top = self.tree()

    def tree(self):
        return {(where, name) for where, dirs, files in os.walk(self.project) for name in dirs + files}

    def tab(self, shell, line, *wanted, env=None, keys="\t\t"):
        """What is on the screen after these keys; what was wanted has to be offered."""
        start, setup = SHELLS[shell]
        runtime = kit.environment(self.uid)["HOME"]  # fish leaves a file there
        s = Screen(before=("sh", "-c", start), rows=50, cols=120, uid=self.uid, cwd=self.project, granted=False,
                   env=dict(env or {}, XDG_RUNTIME_DIR=runtime, PATH=kit.SCRATCH + ":" + os.environ["PATH"], LC_ALL="C.UTF-8"))
        self.addCleanup(s.close)
        self.settle(s)
        s.send(setup + "\r")
        s.see("ready> ".strip())
        s.send("\f" if shell != "fish" else "clear\r")
        self.settle(s)
        s.seen = ""
        begun = time.monotonic()
        s.send(line)
        for key in keys:
            s.send(key)
            self.settle(s)
        self.assertLess(time.monotonic() - begun, 15)
        for word in wanted:
            self.assertIn(word, s.text(), "%s after %r" % (shell, line))
        self.held(s)
        return s

    @staticmethod
    def settle(s):
        """Until nothing comes any more."""
        end = time.monotonic() + 20
        while select.select([s.master], [], [], 0.7)[0] and s.feed() and time.monotonic() < end:
            pass

    def held(self, s):
        self.assertEqual(self.tree() - self.top, set())
        for bad in "\033[31mred", "\033]0;title", "\u202e", "\u200b":
            self.assertNotIn(bad, s.seen)

    def names(self, shell):
        for line in "cnnrun ", "cnnrun plan ", "cnnrun g":
            s = self.tab(shell, line, "good_1")
            for word in "$(", "`", ";", "~root", "%F", "-x", "!!", "{a":
                self.assertNotIn("cnnrun " + word, s.text())

    def test_bash_profiles(self):
        """bash: profiles whose names are commands, globs, options, escapes"""
        self.names("bash")

    def test_zsh_profiles(self):
        """zsh: profiles whose names are commands, globs, prompt escapes"""
        self.names("zsh")

    def test_fish_profiles(self):
        """fish: profiles whose names are commands, globs, tabs"""
        self.names("fish")

    def options(self, shell):
        self.profile(name="profiles/opts.lua", options="""
            colour = { about = "$(touch owned) `touch owned`\\t%F{red} \\27[31mred \u202e;touch owned",
                       choices = { "$(touch owned)", "`touch owned`", ";touch owned" } },
            depth = { short = "D", default = "$(touch owned)", about = "%(?.x.y) ':' \\27]0;title\\7 [a-z]" }""")
        self.top = self.tree()
        self.tab(shell, "cnnrun plan opts --", "--colour", "--depth")
        self.tab(shell, "cnnrun plan opts --dep", "--depth")
        self.tab(shell, "cnnrun plan opts --colour ")

    def test_bash_options(self):
        """bash: options whose texts, choices and defaults are commands"""
        self.options("bash")

    def test_zsh_options(self):
        """zsh: options whose texts, choices and defaults are commands"""
        self.options("zsh")

    def test_fish_options(self):
        """fish: options whose texts, choices and defaults are commands"""
        self.options("fish")

    def containers(self, shell):
        """None has the mark of this user's cnnrun, so not even the good one is offered."""
        with Liar(RUNS + ODD + ("good_1",)) as liar:
            for line in "cnnrun logs ", "cnnrun stop go":
                s = self.tab(shell, line, env={"DOCKER_HOST": liar.url})
                self.assertNotIn("good_1", s.text())

    def test_bash_containers(self):
        """bash: an engine whose containers have commands for names"""
        self.containers("bash")

    def test_zsh_containers(self):
        """zsh: an engine whose containers have commands for names"""
        self.containers("zsh")

    def test_fish_containers(self):
        """fish: an engine whose containers have commands for names"""
        self.containers("fish")

    def typed(self, shell):  # not where the shell itself runs it, as zsh's TAB may
        for word in "$(touch owned)", "`touch owned`", "'$(touch owned)'", "./$(touch owned).lua", "${x[$(touch owned)]}":
            self.tab(shell, "cnnrun plan %s --" % word)
            self.tab(shell, "cnnrun %s" % word)

    def test_bash_typed(self):
        """bash: a command among the words that were typed is not run by TAB"""
        self.typed("bash")

    def test_zsh_typed(self):
        """zsh: a command among the words that were typed is not run by TAB"""
        self.typed("zsh")

    def test_fish_typed(self):
        """fish: a command among the words that were typed is not run by TAB"""
        for word in "'$(touch owned)'", "'`touch owned`'", "\"a;touch owned\"":
            self.tab("fish", "cnnrun plan %s --" % word)

    def endless(self, shell):
        for name, text in (("loop", "while true do end"), ("big", "local t = {} while true do t[#t + 1] = ('x'):rep(1e6) end"),
                           ("writes", "io.open('owned', 'w')"), ("runs", "os.execute('touch owned')"),
                           ("prints", "while true do print(('x'):rep(1000)) end")):
            self.write("profiles/%s.lua" % name, text)
        self.top = self.tree()
        for name in "loop", "big", "writes", "runs", "prints":
            s = self.tab(shell, "cnnrun plan %s --" % name, keys="\t")
            self.assertNotIn("xxx", s.text())

    def test_bash_endless(self):
        """bash: profiles that never end, eat memory, write or print, when their options are asked for"""
        self.endless("bash")

    def test_zsh_endless(self):
        """zsh: profiles that never end, eat memory, write or print, when their options are asked for"""
        self.endless("zsh")

    def test_fish_endless(self):
        """fish: profiles that never end, eat memory, write or print, when their options are asked for"""
        self.endless("fish")

    def test_by_path_only(self):
        """a profile with such a name is none by its name; by its path it is"""
        for name in RUNS + ODD:
            r = self.attempt("plan", name)
            self.assertTrue(r.code or name.startswith("-"), name)
            self.assertEqual(self.attempt("plan", "./profiles/%s.lua" % name).code, 0, name)
        r = self.attempt("list", "-q")
        self.assertTrue({"good_1", "shell", "gui"} <= set(r.out.split("\n")), r.out)
        self.assertRegex(r.out, r"\A([A-Za-z0-9_.-]+\n)+\Z")


class Liar:
    """An engine that names containers as no real one would."""

    def __init__(self, names):
        item = {"Image": "x", "State": "running", "Status": "Up", "Created": 1,
                "Labels": {"cnnrun.uid": str(kit.USER), "cnnrun.version": "0", "cnnrun.project": "/x"}}
        self.list = json.dumps([dict(item, Id="%064x" % i, Names=["/" + n]) for i, n in enumerate(names)]).encode()
        self.path = os.path.join(kit.SCRATCH, "liar-%d.sock" % os.getpid())
        self.url = "unix://" + self.path

    def __enter__(self):
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(self.path)
        os.chmod(self.path, 0o666)
        self.server.listen(8)
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.close()
        os.unlink(self.path)

    def serve(self):
        while True:
            try:
                c = self.server.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.answer, args=(c,), daemon=True).start()

    def answer(self, c):
        with c, c.makefile("rb") as lines:
            for line in lines:
                if line.startswith(b"GET"):
                    body = self.list if b"/containers/json" in line else b"OK" if b"_ping" in line else b"{}"
                    asked = body
                if line == b"\r\n":
                    c.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\n"
                              b"Content-Length: %d\r\n\r\n%s" % (len(asked), asked))
