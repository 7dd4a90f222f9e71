# SPDX-License-Identifier: MIT
"""Pages for man, and what goes into the Debian packages: in short. `make test-packages` installs them."""
import os
import re
import subprocess
import unittest

import pack

PAGES = "cnnrun.1", "cnnrun-profile.5", "cnntrain.1"


def page(name):
    with open(os.path.join(pack.BUILD, "man", name), encoding="utf-8") as f:
        return f.read()


def words(text):
    """A page as it is typed."""
    text = re.sub(r"\\f[BIR]", "", text)
    for escape, char in ("\\-", "-"), ("\\(aq", "'"), ("\\(ti", "~"), ("\\(dq", '"'), ("\\e", "\\"), ("\\&", ""):
        text = text.replace(escape, char)
    return text


class Man(unittest.TestCase):
    def test_clean(self):
        """pages for man without a warning, of mandoc and of groff"""
        for name in PAGES:
            path = os.path.join(pack.BUILD, "man", name)
            self.assertEqual(pack.run("mandoc", "-T", "lint", path), "")
            self.assertEqual(subprocess.run(["groff", "-man", "-ww", "-z", "-Kutf8", path], capture_output=True,
                                            text=True, check=True).stderr, "")

    def test_every_option(self):
        """cnnrun.1 has every command and every option"""
        text = words(page("cnnrun.1"))
        for c in pack.commands():
            heads = [c["name"] + (" " if c["usage"] else "") + c["usage"]]
            heads += ["--%s%s" % ("[no-]" if o.get("negatable") else "", o["name"]) for group in c["groups"]
                      for o in group["options"]]
            missing = [h for h in heads if not re.search('(?m)^(\\.SS "|-., )?%s( |"|$)' % re.escape(h), text)]
            self.assertEqual(missing, [], c["name"])

    def test_every_primitive(self):
        """cnnrun-profile.5 has every primitive, as docs/primitives.md"""
        text = words(page("cnnrun-profile.5"))
        with open("docs/primitives.md", encoding="utf-8") as f:
            verbs = re.findall(r"(?m)^\| `(\w+)` \|", f.read())
        self.assertGreater(len(verbs), 40)
        for verb in verbs:
            self.assertIn("\nc:%s\n" % verb, text)

    def test_sections(self):
        """cnnrun.1 says exit statuses, files and variables"""
        text = words(page("cnnrun.1"))
        for word in "125", "DOCKER_HOST", "NO_COLOR", "~/.config/cnnrun", '.SH "EXIT STATUS"', ".SH FILES":
            self.assertTrue(word in text, word)

    def test_date(self):
        """the date of a page is the one that is asked for, not today's"""
        text = pack.run(os.path.join(pack.BUILD, "embed"), "-x", "scripts/man.lua", "profiles",
                        env=dict(os.environ, SOURCE_DATE_EPOCH="86400"))
        self.assertIn('"1970-01-02"', text.splitlines()[2])


class Debian(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = os.path.join(pack.SCRATCH, "deb")
        cls.debs = pack.debs(cls.dir)
        cls.files = {name: pack.contents(deb) for name, deb in cls.debs.items()}

    def test_files(self):
        """the packages have what belongs there, root's, below /usr, and nothing else"""
        self.assertEqual(sorted(self.debs), ["cnnrun", "cnnrun-trainer"])
        wanted = {"cnnrun": ("bin/cnnrun", "share/man/man1/cnnrun.1.gz", "share/man/man5/cnnrun-profile.5.gz",
                             "share/bash-completion/completions/cnnrun", "share/zsh/site-functions/_cnnrun",
                             "share/fish/vendor_completions.d/cnnrun.fish", "share/cnnrun/profiles/gui.lua",
                             "share/cnnrun/meta/container.lua", "share/cnnrun/base-image.sh",
                             "share/doc/cnnrun/copyright", "share/doc/cnnrun/README.md",
                             "share/doc/cnnrun/docs/primitives.md", "share/doc/cnnrun/examples/web.lua",
                             "share/doc/cnnrun/examples/demo/docker/Dockerfile",
                             "share/doc/cnnrun/examples/demo/trainer/trainer.mk"),
                  "cnnrun-trainer": ("bin/cnntrain", "share/man/man1/cnntrain.1.gz")}
        places = "bin/", "share/cnnrun/", "share/man/", "share/doc/cnnrun", "share/bash-completion/", "share/zsh/", \
            "share/fish/", "share/lintian/"
        for name, files in self.files.items():
            for path in wanted[name]:
                self.assertIn("./usr/" + path, files)
            for path, (mode, owner) in files.items():
                self.assertEqual(owner, "root/root")
                self.assertNotIn(mode[8], "w", path)
                self.assertNotIn("s", mode, path)
                if not path.endswith("/"):
                    self.assertTrue(path[6:].startswith(places), path)

    def test_no_traps(self):
        """no script of a package's runs as root, and no file of /etc would outlive it"""
        for deb in self.debs.values():
            control = os.path.join(pack.SCRATCH, "control")
            pack.run("dpkg", "-e", deb, control)
            self.assertLessEqual(set(os.listdir(control)), {"control", "md5sums"})
            for f in os.listdir(control):
                os.unlink(os.path.join(control, f))

    def test_lintian(self):
        """lintian finds nothing"""
        # Of a program that is linked with archives, as the package's is not: a slip in another's text.
        said = [line for line in pack.lint(self.dir)
                if "spelling-error-in-binary" not in line and "embedded-library libyaml" not in line]
        self.assertEqual(said, [])
