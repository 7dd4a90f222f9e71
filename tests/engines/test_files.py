# SPDX-License-Identifier: MIT
"""The user, and files."""
import os

import kit
from row import ME, Row


class Files(Row):
    def test_user(self):
        """c:user "host": you, by number and name, in the project"""
        self.profile('c:user "host"', 'c:mount(".", "/w")', 'c:workdir "/w"')
        out = self.shell("id -u; id -g; echo made > new; stat -c %u new; echo $USER")
        self.assertEqual(out.split()[:3], [ME] * 3)
        self.assertEqual(out.split()[3] == "root", ME == "0")
        self.mine("new")

    def test_other_user(self):
        """c:user with your own number and another name"""
        self.profile('c:user { uid = 1000, gid = 1000, name = "bob" }', 'c:mount(".", "/w")', 'c:workdir "/w"')
        self.assertEqual(self.shell("echo $USER; echo made > new; cat new"), "%s\nmade\n" % ("root" if ME == "0" else "bob"))
        self.mine("new")

    def test_root(self):
        """c:user "root": root in the container"""
        self.profile('c:user "root"')
        self.assertEqual(self.shell("id -u; echo x > /root/file; stat -c %u /root/file"), "0\n0\n")

    def test_mounts(self):
        """directories and files, some of them read-only"""
        self.write("data/a", "alpha\n")
        self.profile('c:user "host"', 'c:mount(".", "/w")', 'c:mount { source = "data", target = "/d", readonly = true }',
                     'c:mount { source = "data/a", target = "/etc/one-file", readonly = true }')
        self.assertEqual(self.shell("cat /d/a /etc/one-file; echo b > /d/b 2>/dev/null || echo no; echo b >/w/data/b"),
                         "alpha\nalpha\nno\n")
        self.mine("data/b")

    def test_home(self):
        """c:home: a private home in the project, yours"""
        self.profile('c:user "host"', 'c:home "home"')
        self.assertEqual(self.shell('echo kept > "$HOME/x"; cd; cat x'), "kept\n")
        self.mine("home/x")

    def test_own_home(self):
        """no c:home: a home in the container that you can write"""
        self.profile('c:user "host"')
        self.assertEqual(self.shell('echo x > "$HOME/x"; cat "$HOME/x"'), "x\n")

    def test_volumes(self):
        """a volume that a later run finds, writable by you, removed by clean --volumes"""
        self.profile('c:user "host"', 'c:volume("rows", "/v")')
        self.addCleanup(kit.engine.call, "DELETE", "/volumes/rows?force=1")
        self.before["volumes"] = self.before["volumes"] | {"rows"}
        self.shell("echo kept > /v/x")
        self.assertEqual(self.shell("cat /v/x"), "kept\n")
        self.assertIn("removed volume rows", self.run_cnnrun("clean", "--volumes").out)

    def test_carry(self):
        """a carried directory: there and back"""
        self.addCleanup(self.run_cnnrun, "clean", "--volumes")
        self.profile('c:user "host"', 'c:network "none"', 'c:mount(".", "/w", { carry = true })', 'c:workdir "/w"')
        self.write("data/a", "1\n")
        out = self.shell("cat data/a; stat -c %u . data data/a; echo 2 >data/a; mkdir out; echo x >out/b")
        self.assertEqual(out.split(), ["1"] + [ME] * 3)
        for name, text in ("data/a", "2\n"), ("out/b", "x\n"):
            with open(os.path.join(self.project, name)) as f:
                self.assertEqual(f.read(), text)
            self.mine(name)
        self.write("data/c", "3\n")
        self.assertEqual(self.shell("cat data/a out/b data/c"), "2\nx\n3\n")
        self.assertIn("removed volume", self.run_cnnrun("clean", "--volumes").out)

    def test_carry_users(self):
        """a carried directory, of another user's each time: theirs, and whole"""
        self.addCleanup(self.run_cnnrun, "clean", "--volumes")
        self.write("a", "start\n")
        said = ["start"]
        for uid, user in (ME, '"host"'), ("0", '"root"'), ("33", "{ uid = 33, gid = 33 }"), (ME, '"host"'):
            self.profile("c:user " + user, 'c:network "none"', 'c:mount(".", "/w", { carry = true })', 'c:workdir "/w"')
            out = self.shell("stat -c %u . a d 2>/dev/null; cat a; mkdir -p d; id -u | tee -a a >>d/b")
            self.assertEqual(out.split(), [uid] * (2 if len(said) == 1 else 3) + said)
            said.append(uid)
        self.mine("d/b")
        self.assertIn("removed volume", self.run_cnnrun("clean", "--volumes").out)

    def test_tmpfs(self):
        """c:tmpfs: memory, yours, with the mode that was asked for"""
        self.profile('c:user "host"', 'c:tmpfs("/a", { mode = "0750", size = "1m" })', "c:readonly()")
        self.assertEqual(self.shell("echo x > /a/x; stat -c '%a %u %g' /a; cat /a/x"), "750 %s %s\nx\n" % (ME, ME))

    def test_read_only(self):
        """c:readonly: the image's files cannot be written"""
        self.profile('c:user "host"', "c:readonly()")
        self.assertEqual(self.shell("echo x 2>/dev/null >/x || echo no"), "no\n")
