# SPDX-License-Identifier: MIT
"""Attempts to have git run something on the host, by what a container lays in the project."""
import os

from git_kit import Repository


class Git(Repository):
    def test_config(self):
        """a container writes core.fsmonitor into .git/config: git status runs nothing"""
        r = self.lay("proof >> .git/config; echo done")
        self.assertEqual(r.out, "done\n", r.err)
        self.assertQuiet()

    def test_hooks(self):
        """a container writes hooks"""
        self.lay("hook .git/hooks")
        self.assertQuiet()

    def test_exchanged(self):
        """a container puts another .git in the place of this one"""
        self.lay("evil .")
        self.assertQuiet()

    def test_second_mount(self):
        """the same directory is mounted a second time, and one below the first"""
        os.mkdir(os.path.join(self.project, "sub"))
        os.chown(os.path.join(self.project, "sub"), self.uid, self.uid)
        self.lay("evil /again; proof >> /again/.git/config; evil /work/sub/up",
                 'c:mount(".", "/work")', 'c:mount(".", "/again")', 'c:mount(".", "/work/sub/up", { create = true })')
        self.assertQuiet()

    def test_link_to_it(self):
        """a link of the project leads a mount into .git"""
        os.symlink(".git/hooks", os.path.join(self.project, "cache"))
        self.assertHeld(self.lay("hook /work", 'c:mount("cache", "/work")'),
                        "follow a link of the project and change what git runs on the host: ", ".git/hooks")
        self.assertQuiet()

    def test_linked_home(self):
        """docker/home leads into .git: a shipped profile does not take it for the home"""
        self.write("docker/readme", "")
        os.symlink("../.git/hooks", os.path.join(self.project, "docker/home"))
        r = self.attempt("shell", "--image", "busybox", "--", "sh", "-c",
                         'echo "touch %s" > $HOME/pre-commit; chmod 755 $HOME/pre-commit' % self.proof)
        self.assertHeld(r, "change what git runs on the host: ")
        self.assertQuiet()

    def test_itself(self):
        """.git itself is mounted, and a directory in it"""
        for source in ".git", ".git/hooks":
            self.assertHeld(self.lay("hook hooks; hook .", 'c:mount("%s", "/work")' % source),
                            "change what git runs on the host: ")
            self.assertQuiet()

    def test_git_is_a_link(self):
        """.git is a link, which no mount can hold in its place: asked for"""
        os.rename(os.path.join(self.project, ".git"), os.path.join(self.project, "store"))
        os.symlink("store", os.path.join(self.project, ".git"))
        self.assertHeld(self.lay("evil ."), "change what git runs on the host: ")
        self.assertQuiet()

    def test_configured(self):
        """core.hooksPath leads into the work tree: what lies there is not changed"""
        self.write(".husky/pre-commit", "#!/bin/sh\n", 0o755)
        self.git("config", "core.hooksPath", ".husky")
        self.lay("hook .husky; mv .husky away; hook .husky")
        self.assertQuiet()

    def test_hooks_to_come(self):
        """core.hooksPath names a directory that is not there yet"""
        self.git("config", "core.hooksPath", "tools/hooks")
        self.lay("hook tools/hooks; mv tools away; hook tools/hooks")
        self.assertQuiet()
        self.assertAllMine()

    def test_included(self):
        """include.path leads into the work tree: what lies there is not changed"""
        self.write("tools/gitconfig", "[alias]\n\tst = status\n")
        self.git("config", "include.path", "../tools/gitconfig")
        self.lay("proof > tools/gitconfig; mv tools away; mkdir tools; proof > tools/gitconfig")
        self.assertQuiet()

    def test_include_to_come(self):
        """include.path names a file that is not there yet: asked for"""
        self.git("config", "include.path", "../.gitconfig")
        self.assertHeld(self.lay("proof > .gitconfig"), "change what git runs on the host: ", "/.gitconfig")
        self.assertQuiet()

    def test_home(self):
        """the home that is the container's holds a repository"""
        self.write("docker/home/readme", "")
        self.git("init", "-q", "docker/home")
        self.lay("evil $HOME; proof >> $HOME/.git/config", 'c:home "docker/home"')
        self.assertQuiet("docker/home")

    def test_shipped(self):
        """what came with cnnrun is no exception"""
        self.write("docker/home/readme", "")
        r = self.attempt("shell", "--image", "busybox", "--", "sh", "-c",
                         "printf '[core]\nfsmonitor = \"touch %s;:\"\n' >> .git/config; echo done" % self.proof)
        self.assertEqual(r.out, "done\n", r.err)
        self.assertQuiet()

    def test_others(self):
        """the files that Mercurial and others obey"""
        names = ".hg/hgrc", ".jj/repo/config.toml", ".bzr/branch/branch.conf", "_darcs/prefs/defaults", ".repo/repo/main.py"
        for name in names:
            self.write(name, "mine")
        self.lay("for f in %s; do echo evil > $f; rm -f $f; mv ${f%%%%/*} away; mkdir -p ${f%%/*}; echo evil > $f; done"
                 % " ".join(names))
        for name in names:
            with open(os.path.join(self.project, name)) as f:
                self.assertEqual(f.read(), "mine")

    def test_outside(self):
        """a repository outside the project, where writing was granted"""
        other = os.path.join(self.project, "other")
        self.git("clone", "-q", ".", "other")
        os.mkdir(os.path.join(self.project, "mine"))
        os.chown(os.path.join(self.project, "mine"), self.uid, self.uid)
        self.profile('c:mount("%s", "/work")' % other, name="mine/cnnrun.lua")
        r = self.run_cnnrun("./cnnrun.lua", "-e", "PROOF=" + self.proof, "--", "sh", "-c",
                            "evil() { :; }; touch /work/new; printf '[core]\nfsmonitor = \"touch %s;:\"\n' $PROOF"
                            " >> /work/.git/config; echo done", cwd=os.path.join(self.project, "mine"))
        self.assertEqual(r.out, "done\n", r.err)
        self.assertTrue(os.path.exists(os.path.join(other, "new")))
        self.assertQuiet("other")


class Granted(Repository):
    COMMIT = "echo '[core]' >> .git/config; echo $?"
    MOUNT = 'c:mount(".", "/work", { git = "write" })'

    def test_asked(self):
        """git = "write" is asked for, and refused"""
        self.assertHeld(self.lay(self.COMMIT, self.MOUNT), "change what git runs on the host: " + self.project)

    def test_granted(self):
        """and once it is granted it works"""
        r = self.lay(self.COMMIT, self.MOUNT, granted=True)
        self.assertEqual((r.code, r.out), (0, "0\n"), r.err)

    def test_not_by_another(self):
        """a second mount without the word keeps it read-only"""
        r = self.lay("cd /again; " + self.COMMIT, self.MOUNT, 'c:mount(".", "/again")', granted=True)
        self.assertEqual((r.code, r.out), (0, "1\n"), r.err)

    def test_read(self):
        """what is there can be read"""
        r = self.lay("cat .git/HEAD")
        self.assertEqual(r.out, "ref: refs/heads/main\n", r.err)
        self.assertIn(".git -> /work/.git  read-only", self.attempt("plan").out)
