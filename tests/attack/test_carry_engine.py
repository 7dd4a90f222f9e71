# SPDX-License-Identifier: MIT
"""Carrying by an engine, or a neighbour of it, that lies: a volume, an image and answers of its own."""
import glob
import os
import struct
import subprocess

import attack
import kit

PORTER = """#!/bin/sh
# what the program in its place would be asked first says which answer fits
verb=$(head -c 1 | od -An -tu1 | tr -d ' ')
[ "$verb" = 1 ] && cat /over
[ "$verb" = 4 ] && cat /home
sleep 3
"""
ENTRY, END, FILE, DONE, SYNCED = 64, 65, 66, 67, 68
REGULAR = 0o100644


def word(verb, path=b"", mode=0, error=0, size=0, mtime=1, path_n=None):
    n = len(path) if path_n is None else path_n
    return struct.pack("<IIIiQq", verb, n, mode, error, size, mtime) + path


def entry(path, size=5, mode=REGULAR):
    return word(ENTRY, path, mode, size=size)


class Lies(attack.Attack):
    def setUp(self):
        super().setUp()
        self.write("README", "hello\n")
        self.profile('c:mount(".", "/w", { carry = true })', 'c:workdir "/w"')
        self.addCleanup(self.forget)

    def forget(self):
        for name in kit.engine.volumes() - self.before["volumes"]:
            kit.engine.call("DELETE", "/volumes/" + name)
        for path in glob.glob(os.path.join(self.home(), ".cache/cnnrun/bases/*")):
            os.unlink(path)

    def home(self):
        return kit.environment(self.uid)["HOME"]

    def volume(self):
        r = self.attempt("plan", "./cnnrun.lua", "--docker")
        return [w for w in r.out.replace(",", "=").split("=") if w.startswith("cnnrun-project")][0]

    def ref(self):
        """What the porter's image is called; there is one by then."""
        r = self.attempt("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        return [t for i in kit.engine.get("/images/json") for t in i["RepoTags"] or ()
                if t.startswith("cnnrun-porter:")][0]

    def replace(self, ref, home, over=word(SYNCED)):
        """Another image of that name, which answers so; and its id is taken for the right one."""
        d = os.path.join(self.project, "lying")
        os.mkdir(d)
        for name, data in ("porter", PORTER.encode()), ("home", home), ("over", over):
            with open(os.path.join(d, name), "wb") as f:
                f.write(data)
        os.chmod(d + "/porter", 0o755)
        with open(d + "/Dockerfile", "w") as f:
            f.write("FROM busybox\nCOPY porter home over /\n")
        docker = ["docker", "-H", "unix://" + kit.SOCKET]
        subprocess.run(docker + ["build", "-q", "-t", ref, d], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        subprocess.run(["rm", "-rf", d], check=True)
        for path in glob.glob(os.path.join(self.home(), ".cache/cnnrun/bases/*")):
            with open(path, "w") as f:
                f.write(kit.engine.get("/images/%s/json" % ref)["Id"])
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % ref)

    def tree(self):
        return sorted(os.path.join(w, n) for top in (self.project, self.home())
                      for w, ds, fs in os.walk(top) for n in ds + fs if ".local" not in w)

    def test_paths(self):
        """paths out of the directory, absolute, empty, twice, out of order, with a NUL, too long"""
        ref = self.ref()
        for path in (b"../evil", b"/tmp/evil", b"", b"a//b", b"a/./b", b"a/../../evil", b".", b"x\0y", b"a/",
                     b"n" * 4096):
            self.replace(ref, entry(path) + word(END) + word(FILE, mode=REGULAR, size=5) + b"evil\n" + word(DONE))
            before = self.tree()
            r = self.attempt("./cnnrun.lua", "--", "true")
            self.assertEqual(r.code, 125, (path, r.err))
            self.assertIn("unreadable answer", r.err)
            self.assertEqual(self.tree(), before)
            self.assertFalse(os.path.exists("/tmp/evil"))
        self.replace(ref, entry(b"b") + entry(b"a") + word(END))
        self.assertIn("unreadable answer", self.attempt("./cnnrun.lua", "--", "true").err)

    def test_lengths(self):
        """more bytes than were told, a length beyond all, words that nobody knows"""
        ref = self.ref()
        for answer in (entry(b"f") + word(END) + word(FILE, mode=REGULAR, size=2 ** 63),
                       entry(b"f", size=2 ** 63) + word(END), word(99), word(ENTRY, b"f", path_n=2 ** 31),
                       entry(b"f") + word(END) + word(FILE, mode=REGULAR, size=5) + b"evil\n" + word(SYNCED)):
            self.replace(ref, answer)
            r = self.attempt("./cnnrun.lua", "--", "true")
            self.assertEqual(r.code, 125, r.err)
            self.assertIn("unreadable answer", r.err)
            self.assertFalse(os.path.exists(os.path.join(self.project, "f")))
        self.replace(ref, entry(b"f") + word(END) + word(FILE, mode=REGULAR, size=50) + b"evil\n" * 10 + word(DONE))
        r = self.attempt("./cnnrun.lua", "--", "true")
        self.assertFalse(os.path.exists(os.path.join(self.project, "f")))

    def test_hook(self):
        """what the list calls by a harmless name stays harmless; what it may not send is not asked for"""
        ref = self.ref()
        self.replace(ref, entry(b".git/hooks/post-checkout", mode=0o104755) + entry(b"cnnrun.lua") + word(END))
        before = self.tree()
        r = self.attempt("./cnnrun.lua", "--", "true")
        self.assertEqual(self.tree(), before)
        self.assertIn("would obey such unasked", r.err)

    def test_image(self):
        """an image that somebody else called as ours is not used"""
        ref = self.ref()
        kit.engine.call("DELETE", "/images/%s?force=1" % ref)
        subprocess.run(["docker", "-H", "unix://" + kit.SOCKET, "tag", "busybox", ref], check=True)
        r = self.attempt("./cnnrun.lua", "--", "cat", "README")
        self.assertEqual((r.code, r.out), (0, "hello\n"), r.err)

    def test_volume(self):
        """a volume of that name that somebody laid: it leads to a directory of the host's"""
        there = os.path.join(self.project, "there")
        os.mkdir(there)
        os.chmod(there, 0o777)
        name = self.volume()
        options = {"type": "none", "o": "bind", "device": there}
        kit.engine.call("POST", "/volumes/create", {"Name": name, "DriverOpts": options,
                                                    "Labels": {"cnnrun": "1", "cnnrun.uid": str(self.uid)}})
        r = self.attempt("./cnnrun.lua", "--", "true")
        self.assertHeld(r, "is not yours by its mark")
        self.assertEqual(os.listdir(there), [])
