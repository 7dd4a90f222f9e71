# SPDX-License-Identifier: MIT
"""Attempts to have a screen get characters that steer it, hide or turn what is around them: by every
text of others that is shown."""
import json
import os
import re
import unicodedata

import attack
import kit

# Of each sort one, and those that a table of controls alone would not have.
HIDDEN = ("\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202d"
          "\u202e\u2060\u2064\u2066\u2067\u2069\u206a\u2800\u3164\ue000\ufdd0\ufe00\ufe0f\ufeff\uffa0\ufff9\ufffb"
          "\U000110bd\U0001d173\U000e0001\U000e0041\U000e0100\U000f0000\x1b\x7f\x85\x9b")
SEEN = "größe Ω 字 한 א ع 👩 é \ufffd ✓"
PILE = "e" + "\u0301" * 40


def lua(text):
    return '"%s"' % "".join("\\%03d" % c for c in text.encode())


class Characters(attack.Attack):
    def clean(self, *texts):
        for text in texts:
            bad = {"U+%04X" % ord(c) for c in text if c in HIDDEN or
                   (c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))}
            self.assertEqual(bad, set(), text)
            self.assertIsNone(re.search("\u0301{5}", text), text)

    def both(self, r, wanted=SEEN):
        self.clean(r.out, r.err)
        self.assertIn(wanted, r.out + r.err)
        return r

    def test_table(self):
        """all characters that Unicode calls controls, formats, separators or private, in one print"""
        text = "".join(chr(c) for c in range(1, 0x110000) if not 0xd800 <= c < 0xe000 and
                       (unicodedata.category(chr(c)) in ("Cc", "Cf", "Zl", "Zp") or chr(c) in HIDDEN))
        self.profile("print(%s)" % lua(text + SEEN))
        r = self.both(self.attempt("./cnnrun.lua", "--", "true"))
        self.assertIn(r"\u{202e}", r.err)
        self.assertIn(r"\u{e0041}", r.err)

    def test_pile(self):
        """forty marks over one letter, which reach into the lines above"""
        self.profile("print(%s)" % lua(PILE))
        self.both(self.attempt("./cnnrun.lua", "--", "true"), "e\u0301\u0301\u0301\u0301\\u{301}")

    def test_errors(self):
        """an error of a profile, and its traceback"""
        self.profile("error(%s)" % lua(HIDDEN + PILE + SEEN))
        self.both(self.attempt("./cnnrun.lua"))
        self.both(self.attempt("--verbose", "./cnnrun.lua"))

    def test_about(self):
        """what a profile and its options say about themselves, in help, lists and plans"""
        text = lua(HIDDEN.replace("\n", "") + PILE + SEEN)
        self.profile(name="profiles/p.lua", options="o = { about = %s, choices = { %s, %s }, default = %s }"
                     % (text, text, lua(HIDDEN), text))
        path = os.path.join(self.project, "profiles/p.lua")
        with open(path, encoding="utf-8") as f:
            source = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(source.replace('about = "test"', "about = " + text))
        for words in ("list",), ("list", "--json"), ("p", "--help"), ("plan", "p"), ("completion", "--profile-options", "p"):
            r = self.attempt(*words)
            self.assertEqual(r.code, 0, r.err)
            self.clean(r.out, r.err)
        about = [p["about"] for p in json.loads(self.attempt("list", "--json").out) if p["name"] == "p"]
        self.assertEqual(about, [HIDDEN + PILE + SEEN])

    def test_plan(self):
        """commands, variables, labels and paths in a plan, and as JSON and docker's line"""
        os.makedirs(os.path.join(self.project, HIDDEN.replace("/", "")[:60]))
        for text in HIDDEN, PILE + SEEN:
            self.profile("c:command { %s }" % lua(text), "c:env { A = %s }" % lua(text), 'c:label("l", %s)' % lua(text),
                         "c:workdir(%s)" % lua("/" + text), "c:tmpfs(%s)" % lua("/" + text),
                         "c:mount(%s, '/x')" % lua(HIDDEN[:60]))
            for more in (), ("--json",), ("--docker",):
                r = self.attempt("plan", "./cnnrun.lua", *more)
                self.assertEqual(r.code, 0, r.err)
                if more != ("--json",):
                    self.clean(r.out, r.err)
                else:
                    self.clean(re.sub("\u0301+", "", r.out), r.err)
                    self.assertEqual(json.loads(r.out)["plan"]["containers"]["main"]["command"], [text])

    def test_build(self):
        """the steps and the output of a build that fails, and of one that does not"""
        self.write("say", HIDDEN + PILE + SEEN + "\n")
        for end in "true", "false":
            self.write("Dockerfile", "FROM busybox\nCOPY say /say\nLABEL x=\"%s\"\nRUN cat /say && %s\n"
                       % (HIDDEN.translate({ord("\x85"): None, 0x2028: None, 0x2029: None}), end))
            self.profile("c:build { tag = 'kit-characters', context = '.' }", image=None)
            for more in (), ("--verbose",):
                r = self.attempt(*more, "build", "./cnnrun.lua", "--rebuild")
                self.clean(r.out, r.err)

    def test_names(self):
        """names of files and directories in errors"""
        name = HIDDEN.replace("/", "")[:60] + SEEN
        for call in "c:mount(%s, '/x')", "c:env_file(%s)", "c:build { tag = 'a:b', context = %s }":
            self.profile(call % lua(name))
            r = self.attempt("./cnnrun.lua")
            self.assertNotEqual(r.code, 0)
            self.both(r)
        for words in ("./%s.lua" % name,), ("logs", name), ("stop", name), ("exec", name, "true"), ("help", name), (name,):
            r = self.attempt(*words)
            self.assertNotEqual(r.code, 0)
            self.clean(r.out, r.err)

    def test_others(self):
        """labels and commands of containers, in ps and clean"""
        kit.engine.call("POST", "/containers/create?name=kit-characters", {
            "Image": "busybox", "Cmd": ["true"],
            "Labels": {"cnnrun": "1", "cnnrun.uid": str(self.uid), "cnnrun.image": HIDDEN + PILE,
                       "cnnrun.profile": "/" + HIDDEN, "cnnrun.project": HIDDEN + PILE}})
        self.addCleanup(kit.engine.remove, "kit-characters")
        for words in ("ps", "--all"), ("ps", "--all", "--json"), ("ps", "--all", "--names"), ("clean", "--dry-run"):
            r = self.attempt(*words)
            self.clean(re.sub("\u0301+", "", r.out) if "--json" in words else r.out, r.err)

    def test_output(self):
        """the container's own output is not touched"""
        self.profile()
        r = self.attempt("./cnnrun.lua", "--", "printf", "%s", HIDDEN + PILE)
        self.assertEqual(r.out, HIDDEN + PILE)
