# SPDX-License-Identifier: MIT
"""The packages and the tarball, in bare Debian 12 and 13: installed, used by an ordinary user, and
removed. Ends in a table, in packages.table of the scratch directory."""
import atexit
import glob
import os
import re
import shutil
import subprocess
import unittest

import pack

SUITES = "bookworm", "trixie"
APT = "DEBIAN_FRONTEND=noninteractive apt-get -qq -y"
# What apt and dpkg themselves write.
BUSY = re.compile(r"^/(proc|sys|dev|run|tmp)(/|$)|^/var/(lib/(apt|dpkg|systemd)|cache|log)/|^/etc/ld\.so\.cache$|"
                  r"^/home/someone(/|$)|^/(\.old|pkg)(/|$)")
CELLS = {}


def table():
    width = max(len(row) for row in CELLS)
    lines = ["%-*s  %s" % (width, "", "  ".join("%-8s" % s for s in SUITES))]
    for row, cells in CELLS.items():
        lines.append("%-*s  %s" % (width, row, "  ".join("%-8s" % cells.get(s, "-") for s in SUITES)))
    with open(os.path.join(pack.SCRATCH, "packages.table"), "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


class Root:
    """A bare Debian of its own, with the packages and the tarball in /pkg."""

    def __init__(self, suite):
        self.dir = os.path.join(pack.SCRATCH, "root-" + suite)
        self.suite = suite
        self.sh("useradd -m -s /bin/sh someone; mkdir /pkg")
        for path in list(MADE.debs.values()) + [MADE.tarball]:
            shutil.copy(path, self.dir + "/pkg")
        self.sh(APT + " update; " + APT + " install --no-install-recommends man-db")

    def sh(self, script, status=0, user=None):
        words = ["setpriv", "--reuid=someone", "--regid=someone", "--init-groups"] if user else []
        home = "/home/someone" if user else "/root"
        return pack.run("tests/lib/bare.sh", self.suite, *words, "env", "HOME=" + home, "sh", "-c", "cd; " + script,
                        status=status, env=dict(os.environ, BARE=self.dir, PLAIN="1"))

    def files(self):
        return {f for f in self.sh("find / -xdev").splitlines() if not BUSY.search(f)}


class Made:
    """All that is packed, once."""

    def __init__(self):
        self.dir = os.path.join(pack.SCRATCH, "whole")
        self.debs = pack.debs(self.dir, None)
        pack.run("make", "-s", "BUILD=" + os.path.relpath(pack.BUILD, pack.TOP), "dist")
        self.tarball = glob.glob(pack.BUILD + "/dist/*.tar.gz")[0]


class Packages(unittest.TestCase):
    roots = {}

    @classmethod
    def setUpClass(cls):
        global MADE
        MADE = Made()
        cls.roots = {suite: Root(suite) for suite in SUITES}
        atexit.register(table)

    def each(self, what):
        """One cell of the table a release."""
        name = self.shortDescription()
        for suite, root in self.roots.items():
            CELLS.setdefault(name, {})[suite] = "no"
            with self.subTest(suite):
                what(root)
                CELLS[name][suite] = "yes"

    def test_1_reproducible(self):
        """two builds give the same packages, without a word of lintian's"""
        self.assertEqual(pack.lint(MADE.dir), [])
        again = pack.debs(os.path.join(pack.SCRATCH, "again"), None)
        for name, deb in MADE.debs.items():
            self.assertEqual(pack.digest(deb), pack.digest(again[name]), name)

    def test_2_needs(self):
        """what the programs load is what the packages depend on"""
        said = {name: pack.run("dpkg", "-f", deb, "Depends") for name, deb in MADE.debs.items()}
        for lib in "libc6", "libcjson1", "liblua5.4-0", "libseccomp2", "libnghttp2-14", "libnettle8", "libarchive13", "libyaml-0-2":
            self.assertIn(lib, said["cnnrun"])
        self.assertIn("libcairo2", said["cnnrun-trainer"])

    def test_3_tarball(self):
        """the tarball runs where it is unpacked, for an ordinary user"""
        def check(root):
            top = "cd /home/someone/cnnrun-*; PATH=$PWD/bin:$PATH; "
            root.sh("tar xzf /pkg/*.tar.gz", user=1)
            self.assertRegex(root.sh(top + "cnnrun version", user=1), r"^cnnrun \d")
            self.assertNotIn("not found", root.sh(top + "ldd bin/cnnrun", user=1))
            self.assertRegex(root.sh(top + "cnnrun doctor", status=1, user=1), "(?m)^ok +seccomp")
            plan = root.sh(top + "cd demo; cnnrun plan train -- --fashion", user=1)
            self.assertIn("docker/Dockerfile", plan)
            self.assertIn("train.lua is allowed", root.sh(top + "cd demo; cnnrun allow train", user=1))
            # no engine is there: the run gets as far as that
            self.assertIn("engine", root.sh(top + "cd demo; cnnrun train -- --fashion", status=125, user=1))
        self.each(check)

    def test_4_install(self):
        """apt installs the packages"""
        def check(root):
            root.before = root.files()
            root.status = root.sh("dpkg -l | grep ^ii | awk '{ print $2 }'")
            root.sh(APT + " install --no-install-recommends /pkg/*.deb")
        self.each(check)

    def test_5_programs(self):
        """cnnrun doctor, plan and list work, cnntrain too"""
        def check(root):
            self.assertRegex(root.sh("cnnrun version", user=1), r"^cnnrun \d")
            said = root.sh("cnnrun doctor", status=1, user=1)
            self.assertRegex(said, "(?m)^ok +seccomp")
            self.assertRegex(said, "(?m)^fail +engine")
            self.assertIn("apt-get install", said)
            root.sh("cp -r /usr/share/doc/cnnrun/examples/demo .", user=1)
            self.assertIn("docker/Dockerfile", root.sh("cd demo; cnnrun plan train", user=1))
            self.assertIn("gui", root.sh("cd demo; cnnrun list -q", user=1))
            self.assertIn("cnntrain", root.sh("cnntrain --help", user=1))
        self.each(check)

    def test_5_cures(self):
        """each line that doctor says to type installs something here"""
        def check(root):
            lines = re.findall(r"-> sudo (apt-get install [^&\n]*)", root.sh("cnnrun doctor", status=1, user=1))
            self.assertTrue([c for c in lines if "docker" in c], lines)
            for line in lines:
                if "nvidia" not in line:  # of NVIDIA's own archive
                    self.assertIn("Inst ", root.sh(line.strip() + " -s"))
        self.each(check)

    def test_6_pages(self):
        """the pages are there for man"""
        def check(root):
            for page in "cnnrun", "cnnrun-profile", "cnntrain":
                self.assertIn("/usr/share/man/man", root.sh("man -w " + page, user=1))
            self.assertIn("a container", root.sh("man cnnrun | cat", user=1))
        self.each(check)

    def test_7_completions(self):
        """completions lie where the shells look"""
        def check(root):
            root.sh("bash -n /usr/share/bash-completion/completions/cnnrun; test -s /usr/share/zsh/site-functions/_cnnrun; "
                    "test -s /usr/share/fish/vendor_completions.d/cnnrun.fish")
        self.each(check)

    def test_8_purge(self):
        """removed without a trace"""
        def check(root):
            root.sh(APT + " purge --auto-remove cnnrun cnnrun-trainer")
            left = root.files() - root.before
            self.assertEqual(sorted(left), [])
            self.assertEqual(root.sh("dpkg -l | grep ^ii | awk '{ print $2 }'"), root.status)
        self.each(check)


if subprocess.call(["sh", "-c", "command -v lintian dpkg-buildpackage >/dev/null"]):
    raise SystemExit("lintian and dpkg-buildpackage are missing: scripts/setup.sh packages")
