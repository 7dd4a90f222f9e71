# SPDX-License-Identifier: MIT
"""Attempts by way of files of variables: theirs is the user's, their form a stranger's."""
import os
import random
import subprocess

import attack
import kit

KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
PEM = "-----BEGIN PRIVATE KEY-----\n%s\nMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3supp5Ls\n-----END PRIVATE KEY-----" % KEY
FILES = 200
PIECES = ["=", "=", "=", " ", "\t", "#", '"', "'", "\\", "$HOME", "${X}", "\ufeff", "\u00a0", "\u2003",
          "\u0085", "\v", "\f", "\r", "export ", "a b", "ä", "日本", "--", ":", ", ", "HOSTVAR", "UNSET", "x", "\n"]


def lines(rng, number):
    """The text of a file: mostly variables, with everything odd in odd places."""
    out = []
    for i in range(rng.randint(0, 6)):
        odd = "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 6)))
        name = "V%d_%d" % (number, i)
        out.append(rng.choice([name + "=" + odd, name + "=" + odd, odd, rng.choice(PIECES) + name + "=1",
                               name + odd, "HOSTVAR", "# " + odd, ""]))
    text = rng.choice(["", "", "", "\ufeff"]) + rng.choice(["\n", "\n", "\r\n"]).join(out)
    data = (text + rng.choice(["", "\n"])).encode()
    if rng.random() < 0.05:
        data += b"V=\xff\xfe\n"
    if rng.random() < 0.02:
        data += b"V%d=%s\n" % (number, b"x" * rng.choice([65525, 65536, 70000]))
    return data


class EnvFile(attack.Attack):
    def use(self, text, quotes=False):
        self.write(".env", text)
        self.profile('c:env_file(".env", { quotes = true })' if quotes else 'c:env_file ".env"')

    def every_answer(self, *words, **more):
        """What any command says of the profile."""
        out = ""
        for args in (("plan",), ("plan", "--json"), ("plan", "--docker"), ("plan", "--diff"), ("-v", "--dry-run"),
                     ("-v",), ("allow",), ("list",)):
            last = () if args == ("list",) else ("./cnnrun.lua",) + words
            r = self.attempt(*args[:1], *last, *args[1:], **more) if args[0][0] != "-" else \
                self.attempt(*last, *args, **more)
            out += r.out + r.err
        return out

    def variables(self, **more):
        r = self.run_cnnrun("./cnnrun.lua", "--", "cat", "/proc/self/environ", text=False, input=b"", **more)
        self.assertEqual(r.code, 0, r.err)
        return dict(v.split("=", 1) for v in r.out.decode().split("\0") if v)

    def test_key_without_quotes(self):
        """a private key over several lines, of which those without = were names to print"""
        for text in "KEY=" + PEM + "\n", 'KEY="' + PEM + '"\n', PEM + "\n":
            self.use(text)
            out = self.every_answer()
            for part in PEM.split("\n"):
                self.assertNotIn(part.split("/")[0], out)
            self.assertIn(".env:", out)

    def test_base64_lines(self):
        """lines that could be names, and are parts of a secret, do not become rights"""
        self.use("KEY=first\n%s\n%s\n" % (KEY, KEY[::-1]))
        self.assertEqual(self.rights("./cnnrun.lua"), [])
        self.assertNotIn(KEY[:12], self.every_answer())

    def test_byte_order_mark(self):
        """a byte order mark is no part of the first name"""
        self.use(b"\xef\xbb\xbfFIRST=1\nSECOND=2\n")
        self.assertEqual(self.variables()["FIRST"], "1")

    def test_bad_lines(self):
        """a line that is refused is named by its number, without a word of it"""
        for bad in ("=hunter2", "hun ter2=1", "export hunter2=x", "hunter2 hunter2", "hunter2\t=1"):
            self.use("A=1\n\n%s\n" % bad)
            r = self.attempt("plan", "./cnnrun.lua")
            self.assertHeld(r, ".env:3: ", "write" if "export" not in bad else "take it out")
            self.assertNotIn("hunter", r.err)
            self.assertNotIn("ter2", r.err)

    def test_bad_bytes(self):
        """NUL, other bytes than UTF-8 and a line of a megabyte are refused unseen"""
        for bad in b"A=hun\0ter2\n", b"A=hunter2\xff\n", b"A=" + b"hunter2" * 10000:
            self.use(bad)
            r = self.attempt("plan", "./cnnrun.lua")
            self.assertHeld(r, ".env")
            self.assertNotIn("hunter", r.err)
            self.assertLess(len(r.err), 400)

    def test_quotes_refused(self):
        """{ quotes = true }: what is refused is named by its line, also behind many lines of a value"""
        cases = {"B='hunter2": ":4: ", 'B="hunter2" hunter2': ":4: ", 'B="hunter2\\q"': ":4: ",
                 "B=hunter2$HOME": ":4: ", 'B="${hunter2}"': ":4: ", "hunter2 hunter2": ":4: ", "=hunter2": ":4: ",
                 "B='1\n2'\nhunter2-hunter2 x": ":6: "}
        for bad, place in cases.items():
            self.use("A='1\n2'\n# x\n" + bad, quotes=True)
            r = self.attempt("plan", "./cnnrun.lua")
            self.assertHeld(r, ".env" + place)
            self.assertNotIn("hunter", r.err)

    def test_quotes(self):
        """{ quotes = true }: compose's rules, a key over several lines among them, and nothing is shown"""
        want = {"PLAIN": "VAL", "DOUBLE": "VAL", "SINGLE": "VAL", "COMMENT": "VAL", "HASH": "VAL# not a comment",
                "INSIDE": "VAL # not a comment", "AFTER": "VAL", "DOLLAR": "$OTHER", "BRACES": "${OTHER}",
                "ESCAPED": "Let's go!", "OBJECT": '{"hello": "json"}', "TAB": "some\tvalue", "NOTAB": "some\\tvalue",
                "BARETAB": "some\\tvalue", "EXPORTED": "1", "YAML": "VAL", "EMPTY": "", "BLANKS": "a b", "CR": "x",
                "PRICE": "5$", "KEY": PEM, "HOSTVAR": "the host's", "TWICE": "2"}
        self.use(b"\xef\xbb\xbf" + (
            "PLAIN=VAL\nDOUBLE=\"VAL\"\nSINGLE='VAL'\nCOMMENT=VAL # comment\nHASH=VAL# not a comment\n"
            "INSIDE=\"VAL # not a comment\"\nAFTER=\"VAL\" # comment\nDOLLAR='$OTHER'\nBRACES='${OTHER}'\n"
            "ESCAPED='Let\\'s go!'\nOBJECT=\"{\\\"hello\\\": \\\"json\\\"}\"\nTAB=\"some\\tvalue\"\n"
            "NOTAB='some\\tvalue'\nBARETAB=some\\tvalue\nexport EXPORTED=1\nYAML: VAL\nEMPTY=\nBLANKS =  a b  \n"
            "CR=x\r\nPRICE=\"5\\$\"\nKEY=\"%s\"\nHOSTVAR\nUNSET\nTWICE=1\nTWICE=2" % PEM).encode(), quotes=True)
        got = self.variables(granted=True, env={"HOSTVAR": "the host's"})
        self.assertEqual({k: got.get(k) for k in want}, want)
        self.assertNotIn("UNSET", got)
        out = self.every_answer(env={"HOSTVAR": "the host's"})
        for value in "not a comment", "Let's", KEY, "OTHER", "the host's":
            self.assertNotIn(value, out)

    def docker(self, args, **env):
        return subprocess.run(["docker", "create"] + args + ["busybox"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, env=dict(kit.environment(), **env))

    def test_as_docker(self):
        """200 files of odd lines: refused where docker refuses them, and read as docker reads them"""
        rng = random.Random(20)
        self.profile("c:env_file(opt.file)", options="file = { required = true }")
        good = []
        for i in range(FILES):
            path = self.write("f%d" % i, lines(rng, i))
            docker = self.docker(["--env-file", path], HOSTVAR="host", DOCKER_HOST="unix:///nowhere").stderr
            mine = self.attempt("plan", "./cnnrun.lua", "--file", "f%d" % i, env={"HOSTVAR": "host"})
            refused = "env file" in docker or "whitespaces" in docker
            self.assertEqual(mine.code != 0, refused, "f%d: %s %s" % (i, docker, mine.err))
            if not refused:
                good.append(path)
        self.assertTrue(FILES / 4 < len(good) < FILES)
        r = self.docker([w for p in good for w in ("--env-file", p)], HOSTVAR="host")
        self.assertEqual(r.returncode, 0, r.stderr)
        self.addCleanup(kit.engine.remove, r.stdout.strip())
        want = dict(v.split("=", 1) for v in kit.engine.inspect(r.stdout.strip())["Config"]["Env"])
        kit.engine.remove(r.stdout.strip())
        self.profile(*['c:env_file "%s"' % os.path.basename(p) for p in good])
        got = self.variables(granted=True, env={"HOSTVAR": "host"})
        self.assertEqual({k: got.get(k) for k in want}, want)

    def test_too_many(self):
        """a hundred thousand variables are refused at once"""
        self.use("".join("VARIABLE_%d=\n" % i for i in range(60000)))
        r = self.attempt("plan", "./cnnrun.lua", timeout=10)
        self.assertHeld(r, "more than 4096 variables")


if __name__ == "__main__":
    kit.unittest.main()
