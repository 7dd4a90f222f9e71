# SPDX-License-Identifier: MIT
"""Compose files and the like that mean harm: to the parser, to the machine, to who runs them."""
import os
import time

from attack import SECRET, Attack

SERVICE = "services:\n  a:\n    image: busybox\n"


def bomb(levels, wide):
    lines = ["x-a0: &a0 [%s]" % ",".join("x" * wide)]
    for i in range(1, levels):
        lines.append("x-a%d: &a%d [%s]" % (i, i, ",".join(["*a%d" % (i - 1)] * wide)))
    return "\n".join(lines) + "\n" + SERVICE


# What each is, its text, a word of the answer.
BOMBS = {
    "aliases that stand for a thousand million values": (bomb(10, 9), "more than 50000 values"),
    "aliases that stand for much text": ("x-a: &a %s\nx-b: [%s]\n" % ("y" * 200000, ",".join(["*a"] * 100)), "MiB of text"),
    "an anchor that names itself": ("x-a: &a { b: *a }\n", "stands within what it names"),
    "merges of merges": ("".join("x-%d: &m%d { k%d: 1, <<: *m%d }\n" % (i, i, i, i - 1) if i else "x-0: &m0 { k: 1 }\n"
                                 for i in range(300)) + SERVICE, "nests deeper"),
    "lists without an end": ("[" * 200000, "nests deeper"),
    "a block in a block": ("".join("%sa:\n" % (" " * i) for i in range(500)), "nests deeper"),
    "a line of ten megabytes": ("x-a: " + "y" * 10000000, "larger than"),
    "a text of a megabyte": ("x-a: " + "y" * 1000000, "KiB"),
    "sixty thousand keys": ("".join("x-%d: 1\n" % i for i in range(60000)), "more than 50000 values"),
    "UTF-16": (("\ufeff" + SERVICE).encode("utf-16-le"), "UTF-8"),
    "UTF-32": (SERVICE.encode("utf-32"), "UTF-8"),
    "bytes that are no UTF-8": (b"services: { a: { image: \xff\xfe\x80 } }\n", "UTF-8"),
    "a NUL in a text": ('services: { a: { image: "b\\0c" } }\n', "NUL"),
    "a tag that makes objects": ("services: !!python/object/apply:os.system [id]\n", "tag"),
    "many documents": ("---\n" * 5000, "second document"),
    "nothing": ("", "nothing in it"),
    "a number": ("7\n", "table of names and values"),
    "variables in variables": ("services: { a: { image: \"" + "${A:-" * 100 + "}" * 100 + "\" } }\n", "one another"),
    "a variable without an end": ("services: { a: { image: \"${A\" } }\n", "$"),
    "a thousand variables": ("x-a: [%s]\n%s" % (",".join("\"$V%d\"" % i for i in range(1000)), SERVICE), "variables"),
    "services that extend one another": ("services:\n  a: { extends: b }\n  b: { extends: a }\n", "extend one another"),
    "a file that includes itself": ("include: [compose.yaml]\n" + SERVICE, "one another"),
    "services that depend on one another": (
        "services:\n  a: { image: b, depends_on: [b] }\n  b: { image: b, depends_on: [a] }\n", "which service?"),
    "a thousand services": ("services:\n" + "".join("  s%d: { image: b, depends_on: [s%d] }\n" % (i, i + 1) for i in range(999))
                            + "  s999: { image: b }\n", "more than 32 services beside"),
}
JSONS = {
    "objects without an end": ('{"a":' * 200000, "nests deeper"),
    "a comment without an end": ('{ /* ', "comment"),
    "a key that stands there twice": ('{ "services": {}, "services": {} }', "twice"),
    "a word that is none": ('{ "a": undefined }', "unknown word"),
    "a number with two points": ('{ "a": 1.2.3 }', "unknown word"),
    "a number that begins with 0": ('{ "a": 01 }', "unknown word"),
    "an exponent without digits": ('{ "a": 1e+ }', "unknown word"),
    "a sign alone": ('{ "a": - }', "unknown word"),
    "a list of a million": ("[" + "1," * 400000 + "1]", "more than 50000 values"),
    "half a text": ('{ "a": "b', "cut short"),
}


class Bombs(Attack):
    def held(self, name, files):
        for what, (text, word) in files.items():
            with self.subTest(what):
                self.write(name, text)
                begin = time.monotonic()
                r = self.attempt("plan", "./" + name)
                self.assertHeld(r, word)
                self.assertLess(time.monotonic() - begin, 30)
                self.assertLess(len(r.err), 600)

    def test_yaml(self):
        """YAML that is a bomb, endless, deep, wide, of another encoding, or turns in circles"""
        self.held("compose.yaml", BOMBS)

    def test_json(self):
        """JSON that is deep, wide or cut short"""
        self.held("compose.json", JSONS)


class Reach(Attack):
    """What a compose file could take with it."""

    def plan(self, text, *words, **more):
        self.write("compose.yaml", text)
        return self.attempt("plan", "./compose.yaml", *words, **more)

    def test_include(self):
        """include and extends do not read outside of the project, nor does what they say come out"""
        for text in "include: [%s]\n" + SERVICE, "services: { a: { extends: { file: %s, service: x } } }\n":
            for path in self.secret, os.path.relpath(self.secret, self.project):
                r = self.plan(text % path)
                self.assertHeld(r, "outside the project")

    def test_dotenv(self):
        """a .env that is a link to the secret is not read"""
        os.symlink(self.secret, os.path.join(self.project, ".env"))
        r = self.plan("services: { a: { image: busybox, environment: { A: \"${the}\" } } }\n")
        self.assertNoSecret(r.out, r.err)

    def test_variables(self):
        """a variable of yours that looks like a secret is asked for, and shown nowhere"""
        text = "services: { a: { image: busybox, environment: { A: \"x${MY_TOKEN}y\" } } }\n"
        r = self.plan(text, env={"MY_TOKEN": SECRET})
        self.assertEqual(r.code, 0, r.err)
        self.assertNoSecret(r.out, r.err)
        self.assertIn("know your variable MY_TOKEN", r.out)
        r = self.attempt("./compose.yaml", env={"MY_TOKEN": SECRET})
        self.assertHeld(r, "MY_TOKEN")

    def test_mounts(self):
        """a home, the engine's socket and a path above the project are asked for"""
        self.write("compose.yaml", SERVICE + "    volumes: [\"~:/home\", \"/var/run:/run\", \"../..:/up\"]\n")
        r = self.attempt("./compose.yaml")
        self.assertHeld(r, "is not allowed to control the container engine")

    def test_words(self):
        """names with line feeds and escapes steer no terminal and make no second line"""
        for name in '"a\\nb"', '"\\e[2J"', '"\\u202Eevil"':
            r = self.plan("services: { %s: { image: busybox } }\n" % name)
            self.assertHeld(r)
            self.assertNotIn("\033", r.err)

    def test_link(self):
        """a compose file that is a link out of the project is not read"""
        os.symlink(self.secret, os.path.join(self.project, "docker-compose.yml"))
        r = self.attempt("plan", "./docker-compose.yml")
        self.assertHeld(r, "outside of it")
