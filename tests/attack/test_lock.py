# SPDX-License-Identifier: MIT
"""A lock that a stranger wrote, and images whose packages a stranger wrote."""
import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile

import attack
import kit

NAME = "kit-attack-lock"
MIB = 1 << 20


def member(path, data=b"", **more):
    m = tarfile.TarInfo(path)
    m.size = len(data)
    for k, v in more.items():
        setattr(m, k, v)
    return m, data


def database(rows=1, *statements):
    with tempfile.TemporaryDirectory() as d:
        db = sqlite3.connect(d + "/db")
        for s in statements or ("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)",):
            db.execute(s)
        for _ in range(rows if not statements else 0):
            db.execute("INSERT INTO Packages (blob) VALUES (?)", (b"\xff" * 4096,))
        db.commit()
        db.close()
        with open(d + "/db", "rb") as f:
            return f.read()


class Lock(attack.Attack):
    def image(self, *members):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as t:
            for m, data in members:
                t.addfile(m, io.BytesIO(data))
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % NAME)
        subprocess.run(["docker", "-H", "unix://" + kit.SOCKET, "import", "-", NAME], input=out.getvalue(),
                       stdout=subprocess.DEVNULL, check=True)
        self.profile(image=NAME)

    def locked(self, **more):
        r = self.attempt("lock", "-q", **more)
        self.assertEqual(r.code, 0, r.err)
        with open(os.path.join(self.project, "cnnrun.lock")) as f:
            return json.load(f)["profiles"]["cnnrun.lua"]["containers"]["main"]["packages"]

    def test_large(self):
        """a list of packages without end: one line, and no memory for it"""
        self.image(member("var/lib/dpkg/status", b"Package: a\nVersion: 1\n" + b"\n" * (80 * MIB)))
        self.assertHeld(self.attempt("lock", "-q"), "var/lib/dpkg/status is too large")

    def test_many(self):
        """many files that each say of packages: the whole of them is limited too"""
        big = b"Name: a\nVersion: 1\n\n" + b"x" * (60 * MIB)
        self.image(*[member("usr/lib/p%d-1.dist-info/METADATA" % i, big) for i in range(5)])
        self.assertHeld(self.attempt("lock", "-q"), "too large")

    def test_links(self):
        """links to this machine's files in place of lists: nothing is followed"""
        for kind in tarfile.SYMTYPE, tarfile.LNKTYPE:
            target = self.secret if kind == tarfile.SYMTYPE else "data"
            self.image(member("data", b"Package: data\nVersion: 1\n"),
                       member("var/lib/dpkg/status", type=kind, linkname=target),
                       member("lib/apk/db/installed", type=kind, linkname=target),
                       member("usr/lib/six-1.16.dist-info/METADATA", type=kind, linkname=target))
            packages = self.locked()
            self.assertNoSecret(json.dumps(packages))
            self.assertEqual(set(packages) - {"pip"}, set())

    def test_names(self):
        """names of packages that would write on a terminal, or into the file"""
        self.image(member("var/lib/dpkg/status", b'Package: a\x1b]0;x\x07"\nVersion: 1\xff\r\n\nPackage: %s\nVersion: 2\n'
                          % (b"n" * 100000)),
                   member("usr/lib/" + "/".join(["d" * 250] * 12) + "/e-1.dist-info/METADATA", b"Name: e\nVersion: 1\n"))
        packages = self.locked()
        self.assertEqual(packages["dpkg"]['a?]0;x?"'], "1?")
        self.assertEqual(max(map(len, packages["dpkg"])), 200)
        self.assertEqual(packages["pip"], {"e": "1"})

    def test_database(self):
        """a database of rpm that is none, or whose table is a query without end: one line"""
        endless = ("CREATE TABLE t (a)",
                   "CREATE VIEW Packages AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) "
                   "SELECT i AS blob FROM r")
        for data in b"\0" * 4096, database()[:1500] + b"\xff" * 9000, database(0, *endless):
            self.image(member("var/lib/rpm/rpmdb.sqlite", data))
            self.assertHeld(self.attempt("lock", "-q"), "no database")
        self.image(member("var/lib/rpm/rpmdb.sqlite", database(50)))
        self.assertEqual(self.locked(), {})

    def lock_file(self, **image):
        self.profile(image="busybox")
        self.assertEqual(self.attempt("lock", "-q").code, 0)
        path = os.path.join(self.project, "cnnrun.lock")
        with open(path) as f:
            whole = json.load(f)
        main = whole["profiles"]["cnnrun.lua"]["containers"]["main"]
        del main["id"]
        main.update(image)
        self.write("cnnrun.lock", json.dumps(whole))

    def test_other_registry(self):
        """a digest of another name than the profile's: nothing is fetched from there"""
        for digest in ("127.0.0.1:1/evil@sha256:" + "0" * 64, "evil@sha256:x", "@sha256:" + "0" * 63 + "/"):
            self.lock_file(digest=digest)
            r = self.attempt("--locked", "./cnnrun.lua", "-q")
            self.assertHeld(r)
            self.assertNotIn("127.0.0.1", r.err)
            self.assertNotIn("evil", r.err)

    def test_no_id(self):
        """an id that is the name of an image"""
        self.lock_file(id="busybox:latest")
        self.assertHeld(self.attempt("--locked", "./cnnrun.lua", "-q"), "not here")

    def test_files(self):
        """a lock file that is a pipe, a device's link, or has no end of brackets: one line"""
        path = os.path.join(self.project, "cnnrun.lock")
        self.profile()
        for make in (lambda: os.mkfifo(path), lambda: os.symlink("/dev/zero", path),
                     lambda: os.symlink(self.secret, path), lambda: self.write("cnnrun.lock", "[" * 100000),
                     lambda: self.write("cnnrun.lock", '{"lock": 1, "profiles": [[["\\u001b"]]]}')):
            make()
            self.assertHeld(self.attempt("--locked", "./cnnrun.lua", "-q"))
            os.unlink(path)
