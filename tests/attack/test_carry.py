# SPDX-License-Identifier: MIT
"""What comes home of a carried directory, when its container is an enemy's."""
import os
import subprocess

import attack
import kit


class Home(attack.Attack):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.drop_volumes)
        self.mine("README", "hello\n")
        self.profile('c:mount(".", "/w", { carry = true })', 'c:workdir "/w"')

    def drop_volumes(self):
        """What did not come home is not missed here."""
        self.attempt("stop", "--all", "-t", "1")
        for name in kit.engine.volumes() - self.before["volumes"]:
            kit.wait_for(lambda n=name: kit.engine.call("DELETE", "/volumes/" + n)[0] < 300, 20, "the volume's end")

    def mine(self, name, text):
        self.write(name, text)
        path = os.path.join(self.project, name)
        os.chown(path, self.uid, self.uid)
        while os.path.dirname(path) != self.project:
            path = os.path.dirname(path)
            os.chown(path, self.uid, self.uid)

    def path(self, name):
        return os.path.join(self.project, name)

    def read(self, name):
        with open(self.path(name)) as f:
            return f.read()

    def lay(self, script):
        """The enemy's program; what it made has a way home by then."""
        r = self.attempt("./cnnrun.lua", "--", "sh", "-c", script)
        self.assertEqual(r.code, 0, r.err)
        return r

    def assertMissing(self, *names):
        for name in names:
            self.assertFalse(os.path.lexists(self.path(name)), name)

    def test_git(self):
        """a hook, a configuration, an index: of .git, of one in a directory, by another case"""
        self.mine(".git/config", "[core]\n")
        self.mine("sub/.git/HEAD", "ref: refs/heads/main\n")
        r = self.lay("for d in .git sub/.git .GIT sub/.Git new/.git; do mkdir -p $d/hooks; "
                     "for f in config hooks/post-checkout HEAD index; do echo evil > $d/$f; "
                     "chmod +x $d/$f; done; done; echo fine > fine")
        self.assertEqual(self.read("fine"), "fine\n")
        self.assertEqual(self.read(".git/config"), "[core]\n")
        self.assertEqual(self.read("sub/.git/HEAD"), "ref: refs/heads/main\n")
        self.assertMissing(".git/hooks/post-checkout", ".git/index", "sub/.git/config", ".GIT/config", ".GIT",
                           "sub/.Git", "new/.git")
        self.assertIn("would obey such unasked", r.err)

    def test_hooks_path(self):
        """what git's configuration names as its hooks, and as more of itself"""
        self.mine(".git/config", "[core]\n\thooksPath = tools/hooks\n[include]\n\tpath = ../gitconfig\n")
        self.mine(".git/objects/x", "")
        self.mine(".git/refs/x", "")
        self.mine("tools/hooks/pre-commit", "true\n")
        self.mine("gitconfig", "[alias]\n")
        self.lay("echo evil > tools/hooks/pre-commit; echo evil > tools/hooks/post-merge; echo evil > gitconfig")
        self.assertEqual((self.read("tools/hooks/pre-commit"), self.read("gitconfig")), ("true\n", "[alias]\n"))
        self.assertMissing("tools/hooks/post-merge")

    def test_profiles(self):
        """a profile, and what says what goes over the next time"""
        self.mine(".cnnrunignore", ".env\n")
        self.mine(".env", attack.SECRET)
        self.mine("profiles/a.lua", "mine")
        before = self.read("cnnrun.lua")
        self.lay("echo evil > cnnrun.lua; echo evil > profiles/a.lua; echo evil > profiles/b.lua; "
                 "mkdir -p d/profiles; echo evil > d/profiles/c.lua; echo evil > d/cnnrun.lua; "
                 "echo evil > CNNRUN.LUA; echo '!.env' > .cnnrunignore; echo '!.env' > d/.cnnrunignore; "
                 "echo fine > other.lua")
        self.assertEqual((self.read("cnnrun.lua"), self.read("profiles/a.lua"), self.read(".cnnrunignore")),
                         (before, "mine", ".env\n"))
        self.assertEqual(self.read("other.lua"), "fine\n")
        self.assertMissing("profiles/b.lua", "d/profiles/c.lua", "d/cnnrun.lua", "CNNRUN.LUA", "d/.cnnrunignore")
        r = self.lay("cat .env || true; cat cnnrun.lua | head -1")
        self.assertNoSecret(r.out)
        self.assertNotIn("evil", r.out)  # this side's counts the next time

    def test_links(self):
        """through a link of the project, and by links that it made"""
        home = kit.environment(self.uid)["HOME"]
        os.symlink(home, self.path("out"))
        os.symlink(self.secret, self.path("notes"))
        r = self.lay("ls -l out notes; rm out notes; mkdir out; echo evil > out/secret; echo evil > out/.profile; "
                     "echo evil > notes; ln -s %s there; ln -s %s file; mkdir d; ln %s d/hard 2>/dev/null; true"
                     % (home, self.secret, "/etc/passwd"))
        with open(self.secret) as f:
            self.assertEqual(f.read(), attack.SECRET)
        self.assertFalse(os.path.exists(os.path.join(home, ".profile")))
        self.assertTrue(os.path.islink(self.path("out")))
        self.assertTrue(os.path.islink(self.path("notes")))
        self.assertEqual(self.read("notes.remote"), "evil\n")
        self.assertMissing("there", "file")
        self.assertIn("leads through a link", r.err)

    def test_kinds(self):
        """setuid, setgid and sticky bits, fifos, sockets, devices"""
        r = self.lay("for m in 4755 2755 6777 1777; do echo x > f$m; chmod $m f$m; done; mkfifo fifo; "
                     "mknod dev c 1 3 2>/dev/null; true")
        for m in "4755", "2755", "6777", "1777":
            mode = os.stat(self.path("f" + m)).st_mode
            self.assertFalse(mode & 0o7000, m)
            self.assertFalse(mode & 0o022, m)
        self.assertMissing("fifo", "dev")
        self.assertAllMine()
        self.assertIn("no regular file", r.err)

    def test_names(self):
        """names with line ends, control characters, and of an end too long"""
        r = self.lay("n=$(printf 'a\\nb\\033[2J'); echo x > \"$n\"; echo x > '..x'; echo x > ' '; echo x > '-rf'; "
                     "l=$(printf '%0250d' 0); mkdir $l; cd $l; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do "
                     "mkdir $l 2>/dev/null && cd $l || break; done; echo deep > deep; true")
        for name in "a\nb\x1b[2J", "..x", " ", "-rf":
            self.assertEqual(self.read(name), "x\n")
        self.assertNotIn("\x1b[2J", r.err)

    def test_much(self):
        """a file of a terabyte that holds nothing; it stays, and is said"""
        r = self.lay("truncate -s 1099511627776 huge; echo fine > fine")
        self.assertEqual(self.read("fine"), "fine\n")
        self.assertMissing("huge")
        self.assertRegex(r.err, r"1 more file \(\d+ MB\) stay over there; cnnrun fetch --all")

    def test_beside(self):
        """a link laid where FILE.remote would come"""
        self.mine("f", "base")
        os.symlink(self.secret, self.path("f.remote"))
        self.lay("true")
        p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", "echo evil > f; echo ready; read x")
        self.assertEqual(p.stdout.readline(), "ready\n")
        self.mine("f", "mine, and longer")
        p.communicate("\n", 60)
        self.assertEqual((self.read("f"), self.read("f.remote.1")), ("mine, and longer", "evil\n"))
        with open(self.secret) as f:
            self.assertEqual(f.read(), attack.SECRET)

    def test_ignore_file(self):
        """a .cnnrunignore that is a link to the outside, a fifo, a directory"""
        for make in (lambda p: os.symlink(self.secret, p), os.mkfifo, os.mkdir):
            make(self.path(".cnnrunignore"))
            r = self.attempt("./cnnrun.lua", "--", "true", timeout=60)
            self.assertNotEqual(r.code, 0)
            self.assertNoSecret(r.out, r.err)
            subprocess.run(["rm", "-rf", self.path(".cnnrunignore")], check=True)

    def test_outside(self):
        """a directory that is not the project's needs the rights that a mount of it needs"""
        home = os.path.dirname(self.secret)
        os.symlink(home, self.path("mine"))
        self.profile('c:mount("%s", "/h", { carry = true })' % home)
        self.assertTrue([r for r in self.rights("./cnnrun.lua") if r.startswith("write outside")])
        self.profile('c:mount("mine", "/h", { carry = true, readonly = true })')
        self.assertTrue([r for r in self.rights("./cnnrun.lua") if "link of the project" in r])
        self.assertHeld(self.attempt("./cnnrun.lua", "--", "cat", "/h/secret"))

    def test_while_it_comes(self):
        """files that are exchanged while they come: what comes is whole, and of the volume"""
        self.write("spin.sh", "i=0; while :; do i=$((i+1)); echo $i > a; mv a b; ln -sf /proc/self/environ b; "
                   "rm b; mkdir b; rmdir b; done")
        r = self.attempt("./cnnrun.lua", "--detach", "--name", "carry-spin", "--", "sh", "spin.sh")
        self.assertEqual(r.code, 0, r.err)
        for _ in range(3):
            r = self.attempt("fetch", "carry-spin")
            self.assertEqual(r.code, 0, r.err)
            for name in "a", "b":
                if os.path.lexists(self.path(name)):
                    self.assertRegex(self.read(name), r"\A\d*\n?\Z")
        self.attempt("stop", "-t", "1", "carry-spin")
