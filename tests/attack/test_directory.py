# SPDX-License-Identifier: MIT
"""Attempts by way of the directory that cnnrun is started in."""
import json
import os
import shlex
import shutil
import struct
import subprocess
import tempfile

import attack
import kit

BOB = 1001  # another user
SHELL = "shell", "--image", "busybox"


class Directory(attack.Attack):
    """A removed one and / were held before; a private group never was an attempt."""

    def directory(self, owner=0, group=None, mode=0o755, below=None):
        path = tempfile.mkdtemp(dir=below or kit.SCRATCH)
        os.chown(path, owner, owner if group is None else group)
        os.chmod(path, mode)
        self.addCleanup(shutil.rmtree, path, True)
        return path

    def mark(self, where, owner=BOB, name="docker/Dockerfile"):
        path = os.path.join(where, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write("FROM busybox\n")
        for p in path, os.path.dirname(path):
            if p != where:
                os.chown(p, owner, owner)
        return path

    def assertRefused(self, cwd, *words, **more):
        r = self.attempt(*SHELL, "--", "true", cwd=cwd, **more)
        self.assertHeld(r, "is not run: ", *words)
        self.assertEqual(os.path.exists(os.path.join(cwd, "docker/home")), False)
        return r

    def assertAsked(self, cwd, **more):
        """It is the user's to say that this is what was meant."""
        r = self.attempt("plan", "--json", *SHELL, cwd=cwd, **more)
        self.assertEqual(r.code, 0, r.err)
        self.assertIn({"write_unmarked": cwd}, json.loads(r.out)["not_granted"])

    def test_removed(self):
        """a working directory that was removed is not taken for /"""
        gone = os.path.join(self.project, "gone")
        script = 'mkdir "$1" && cd "$1" && rmdir "$1" && exec "$2" shell'
        for uid in None, self.uid:
            r = subprocess.run(kit.command((), uid)[:-1] + ["sh", "-c", script, "sh", gone, kit.CNNRUN],
                               env=kit.environment(uid), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
            self.assertRegex(r.stderr, r"\Acnnrun: [^\n]*\n\Z")
            self.assertNotEqual(r.returncode, 0)

    def test_root_directory(self):
        """/ is no project, for the user and for root, also where a directory marks it above"""
        for uid in None, self.uid:
            self.assertHeld(self.attempt(*SHELL, cwd="/", uid=uid), "/ is no project")

    def test_mark_in_a_shared_directory(self):
        """marks that anybody may lay into a directory like /tmp do not make it the project"""
        tmp = self.directory(mode=0o1777)
        for name in "docker/Dockerfile", ".git/HEAD", "cnnrun.lua":
            self.mark(tmp, name=name)
        mine = self.directory(self.uid, below=tmp)
        r = self.attempt("plan", *SHELL, cwd=mine)
        self.assertEqual(r.code, 0, r.err)
        self.assertRegex(r.out, r"(?m)^project +%s$" % mine)

    def test_shared_directory_itself(self):
        """nor is it one when one stands in it"""
        tmp = self.directory(mode=0o1777)
        self.assertRefused(tmp, tmp + " can be changed by every user; use a directory of your own")
        self.mark(tmp)
        self.assertRefused(tmp, "can be changed by every user")

    def test_team(self):
        """a tree that others of a group may write is not run, until it is trusted by name"""
        team = self.directory(group=4, mode=0o2775)
        self.mark(team)
        mine = self.directory(self.uid, below=team)
        env = {"XDG_CONFIG_HOME": self.directory(self.uid)}
        line = "cnnrun allow --directory " + team
        for cwd in team, mine:
            r = self.assertRefused(cwd, "%s can be changed by other users of its group; if you trust "
                                   "them: %s" % (team, line), env=env)
        words = shlex.split(r.err.split("trust them: ")[1])
        self.assertEqual(self.attempt(*words[1:], env=env).code, 0)
        r = self.attempt("plan", *SHELL, cwd=team, env=env)
        self.assertNotIn("not run", r.out)
        self.assertIn("  - %s\n" % team, self.attempt("allow", "--list", env=env).out)
        self.assertIn("others may change " + team, self.attempt("doctor", env=env).out)

    def test_what_trust_covers(self):
        """trust in one directory covers no other, whose name begins so, above, or a project below"""
        top = self.directory(mode=0o777, group=4)
        one, other = os.path.join(top, "one"), os.path.join(top, "one2")
        below = os.path.join(one, "below")
        for d in one, other, below:
            os.mkdir(d)
            os.chown(d, BOB, BOB)
            self.mark(d)
        config = self.directory(self.uid)
        file = os.path.join(config, "cnnrun/safe-directories")
        os.mkdir(os.path.dirname(file))
        for text, refused in (one + "\n", (other, below)), (one + "/*\n", (one, other)), \
                ("*\n/*\n./one\none\n#" + one + "\n", (one, other, below)):
            with open(file, "w") as f:
                f.write(text)
            os.chown(os.path.dirname(file), self.uid, self.uid)
            os.chown(file, self.uid, self.uid)
            for d in refused:
                self.assertRefused(d, "belongs to uid 1001", env={"XDG_CONFIG_HOME": config})
            for d in {one, other, below} - set(refused):
                r = self.attempt("plan", *SHELL, cwd=d, env={"XDG_CONFIG_HOME": config})
                self.assertNotIn("not run", r.out)

    def test_forged_trust(self):
        """a list of trusted directories that others own or could change counts for nothing"""
        bobs = self.directory(BOB)
        config = self.directory(self.uid)
        os.mkdir(os.path.join(config, "cnnrun"))
        os.chown(os.path.join(config, "cnnrun"), self.uid, self.uid)
        file = os.path.join(config, "cnnrun/safe-directories")
        with open(file, "w") as f:
            f.write(bobs + "\n")
        for owner, mode in (BOB, 0o644), (self.uid, 0o666):
            os.chown(file, owner, owner)
            os.chmod(file, mode)
            r = self.attempt(*SHELL, "--", "true", cwd=bobs, env={"XDG_CONFIG_HOME": config})
            self.assertEqual(r.code, 125)
            self.assertIn("what it says is left out", r.err)
            self.assertIn("is not run: %s belongs to uid 1001" % bobs, r.err)
        os.unlink(file)
        os.mkfifo(file)
        self.assertEqual(self.attempt(*SHELL, "--", "true", cwd=bobs, timeout=10,
                                      env={"XDG_CONFIG_HOME": config}).code, 125)

    def test_directory_of_another(self):
        """another user's directory is not the project, marked or not, nor is one above mine"""
        bobs = self.directory(BOB)
        self.assertRefused(bobs, "%s belongs to uid 1001" % bobs, "cnnrun allow --directory " + bobs)
        self.mark(bobs)
        self.assertRefused(bobs, "belongs to uid 1001")
        self.assertRefused(self.directory(self.uid, below=bobs), "%s belongs to uid 1001" % bobs)

    def test_directory_of_a_user(self):
        """root runs nothing in a user's directory, but in that of the user behind sudo"""
        self.assertRefused(self.project, "belongs to uid 1000", uid=None)
        r = self.attempt(*SHELL, "--", "true", uid=None, env={"SUDO_UID": "1000"})
        self.assertEqual(r.code, 0, r.err)

    def test_mark_of_another(self):
        """a mark in my directory that belongs to another user"""
        mine = self.directory(self.uid)
        mark = self.mark(mine, name=".git/HEAD")
        self.assertRefused(mine, "%s belongs to uid 1001" % os.path.dirname(mark))

    def test_access_list(self):
        """an access list that lets another write, behind a group that is private"""
        def entry(tag, perm, who=0xffffffff):
            return struct.pack("<HHI", tag, perm, who)
        mine = self.directory(self.uid)
        for named, held in (entry(2, 7, BOB), True), (entry(2, 5, BOB), False), (entry(8, 7, 4), True):
            os.setxattr(mine, "system.posix_acl_access", struct.pack("<I", 2) + entry(1, 7)
                        + (named if named[0] == 2 else b"") + entry(4, 7)
                        + (named if named[0] == 8 else b"") + entry(16, 7) + entry(32, 5))
            if held:
                self.assertRefused(mine, "others that its access list names", "chmod go-w")
            else:
                self.assertAsked(mine)

    def test_way_to_it(self):
        """a directory above it that everybody may write: the project can be exchanged"""
        top = self.directory(mode=0o777)
        mine = self.directory(self.uid, below=top)
        self.mark(mine, self.uid)
        self.assertRefused(mine, "%s can be changed by every user" % top)

    def test_private_group(self):
        """with umask 002 a project stays the user's own"""
        mine = self.directory(self.uid, mode=0o2775)
        self.mark(mine, self.uid)
        r = self.attempt(*SHELL, "--", "true", cwd=mine)
        self.assertEqual(r.code, 0, r.err)

    def test_home(self):
        """the home is not given to a shipped profile because one stands in it"""
        home = self.directory(self.uid)
        link = os.path.join(self.project, "link")
        os.symlink(home, link)
        for named in home, home + "/", home + "/.", link:
            self.assertAsked(home, env={"HOME": named})
        self.mark(home, self.uid)
        self.mark(home, self.uid, ".git/HEAD")
        self.assertAsked(home, env={"HOME": home})
        os.mkdir(home + "/below")
        self.assertAsked(home, env={"HOME": home + "/below/"})
        self.mark(home, self.uid, "cnnrun.lua")
        self.assertAsked(home, env={"HOME": home})
        self.assertHeld(self.attempt(*SHELL, "--", "true", cwd=home, env={"HOME": home}),
                        "write in %s, which is no project of its own" % home)

    def test_above_the_home(self):
        """nor is a directory above the home, though it be marked"""
        top = self.directory(self.uid)
        home = self.directory(self.uid, below=top)
        for name in "docker/Dockerfile", ".git/HEAD":
            self.mark(top, self.uid, name)
            self.assertAsked(top, env={"HOME": home})
        plain = self.directory(self.uid, below=top)
        self.assertAsked(plain, env={"HOME": home})

    def test_root_home(self):
        """root's home, /home and /etc are no projects, whatever $HOME says"""
        for cwd in "/root", "/home", "/etc":
            for home in None, "", "root", "/dev/null", "/root/":
                env = {"XDG_%s_HOME" % kind: self.project for kind in ("CACHE", "CONFIG", "STATE")}
                self.assertAsked(cwd, uid=None, env=dict(env, HOME=home))

    def test_lists_of_what_is_allowed(self):
        """a project that holds the list of trusted directories, or the grants, writes neither"""
        for name, where in ("XDG_CONFIG_HOME", "cnnrun/safe-directories"), ("XDG_STATE_HOME", "cnnrun/grants/x"):
            self.write("kept/" + where, "")
            kit.tool("chown", "-R", "1000:1000", self.project)
            env = {name: self.project + "/kept"}
            for source in ".", "kept", "kept/cnnrun":
                self.profile('c:mount("%s", "/m")' % source)
                self.assertIn("change what you allowed to profiles: "
                              + os.path.normpath(os.path.join(self.project, source)) + "  (not granted yet)",
                              self.rights("./cnnrun.lua", env=env))
