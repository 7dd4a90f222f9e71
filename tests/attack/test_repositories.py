# SPDX-License-Identifier: MIT
"""The same by repositories below or beside the project's: submodules, which git enters by
itself, other work trees, and clones."""
import os
import shutil

import images
import podman
from git_kit import Repository

EVERYWHERE = """
for d in %s; do
    proof >> $d/.git/config; proof > $d/.git; rm -f $d/.git; mv $d/.git $d/was; evil $d
    up=$d
    while [ $up != . ]; do
        mv $up moved-$$-$(basename $up); evil $d
        up=$(dirname $up)
    done
    git=$(sed -n 's/^gitdir: //p' $d/.git)
    [ -z "$git" ] || proof >> $d/$git/config
done
"""


class Repositories(Repository):
    def lay_in(self, *where, calls=()):
        r = self.lay(EVERYWHERE % " ".join(where), *calls)
        self.assertEqual(r.code, 0, r.err)

    def test_submodule(self):
        """a submodule's .git is exchanged, its directory, and those above"""
        self.submodule("third/a/sub")
        self.lay_in("third/a/sub")
        self.assertQuiet("", "third/a/sub")

    def test_not_populated(self):
        """a submodule that is not checked out gets a .git: git status enters it"""
        self.submodule("third/a/sub")
        self.git("submodule", "--quiet", "deinit", "-f", "third/a/sub")
        self.lay_in("third/a/sub")
        self.assertQuiet()
        self.assertEqual(os.listdir(os.path.join(self.project, "third/a/sub")), [])

    def test_missing(self):
        """a submodule whose directory is not there is made"""
        self.submodule("third/a/sub")
        self.git("submodule", "--quiet", "deinit", "-f", "third/a/sub")
        os.rmdir(os.path.join(self.project, "third/a/sub"))
        os.rmdir(os.path.join(self.project, "third/a"))
        os.rmdir(os.path.join(self.project, "third"))
        self.lay_in("third/a/sub")
        self.assertQuiet()
        self.assertAllMine()

    def test_nested(self):
        """a submodule of a submodule"""
        self.submodule("third/sub")
        sub = os.path.join(self.project, "third/sub")
        self.git("submodule", "--quiet", "add", os.path.join(self.project, ".git/origin"), "deep/er", cwd=sub)
        self.git("commit", "-qm", "deeper", cwd=sub)
        self.git("commit", "-qam", "deeper")
        self.lay_in("third/sub/deep/er", "third/sub")
        self.assertQuiet("", "third/sub")

    def test_own_mount(self):
        """a directory that holds a submodule is mounted elsewhere"""
        self.submodule("third/a/sub")
        self.lay_in("a/sub", calls=('c:mount("third", "/work")', 'c:mount(".", "/all", { readonly = true })'))
        self.lay_in("sub", calls=('c:mount("third/a", "/work")',))
        self.assertQuiet("", "third/a/sub")

    def test_own_mount_to_come(self):
        """a directory is mounted in which a submodule of the project's is not checked out"""
        self.submodule("third/a/sub")
        self.git("submodule", "--quiet", "deinit", "-f", "third/a/sub")
        self.lay_in("a/sub", calls=('c:mount("third", "/work")',))
        self.lay_in("sub", calls=('c:mount("third/a", "/work")',))
        self.assertQuiet()
        self.assertHeld(self.lay("evil .", 'c:mount("third/a/sub", "/work")'), "change what git runs on the host: ")

    def test_kinds_of_index(self):
        """whatever the kind of index: submodules are found"""
        self.submodule("third/sub")
        self.git("submodule", "--quiet", "deinit", "-f", "third/sub")
        for words in (("--index-version", "3"), ("--index-version", "4"), ("--split-index",)):
            with self.subTest(" ".join(words)):
                self.git("update-index", *words)
                self.lay_in("third/sub")
                self.git("status")
                self.assertFalse(os.path.exists(self.proof))

    def test_sha256(self):
        """whatever the kind of digest"""
        shutil.rmtree(os.path.join(self.project, ".git"))
        self.git("init", "-q", "-b", "main", "--object-format=sha256")
        self.git("add", "readme")
        self.git("commit", "-qm", "first")
        self.submodule("third/sub", "sha256")
        self.git("submodule", "--quiet", "deinit", "-f", "third/sub")
        self.lay_in("third/sub")
        self.assertQuiet()

    def test_worktree(self):
        """the project is another work tree: its .git is a file"""
        self.git("worktree", "add", "-q", "tree", "-b", "tree")
        self.profile('c:mount(".", "/work")', name="tree/cnnrun.lua")
        tree = os.path.join(self.project, "tree")
        self.main, self.project = self.project, tree
        self.lay_in(".")
        self.assertQuiet()
        self.project = self.main

    def test_worktree_below(self):
        """another work tree lies in the project, deep"""
        self.git("worktree", "add", "-q", "a/b/c/d/e/tree", "-b", "tree")
        self.lay_in("a/b/c/d/e/tree")
        self.assertQuiet("", "a/b/c/d/e/tree")

    def test_separate(self):
        """git's own files lie elsewhere in the project, by a .git file"""
        shutil.rmtree(os.path.join(self.project, ".git"))
        self.write("tools/readme", "")
        self.git("init", "-q", "-b", "main", "--separate-git-dir=tools/store")
        self.git("add", "readme")
        self.git("commit", "-qm", "first")
        self.lay("proof >> tools/store/config; mv tools away; cp -r away tools; proof >> tools/store/config;"
                 "hook tools/store/hooks")
        self.assertQuiet()
        self.assertHeld(self.lay("hook .", 'c:mount("tools/store/hooks", "/work")'), "change what git runs on the host: ")
        self.assertHeld(self.lay("hook .", 'c:mount(".", "/all")', 'c:mount("tools/store/hooks", "/work")'),
                        "change what git runs on the host: ")

    def test_clones(self):
        """clones in a directory of sources, as a workspace has them"""
        for name in "src/one", "src/group/two":
            self.git("clone", "-q", ".", name)
        self.lay_in("src/one", "src/group/two")
        self.assertQuiet("src/one", "src/group/two")

    def test_bare(self):
        """a bare repository below, which git takes for one without a .git"""
        self.git("init", "-q", "--bare", "tests/data/x.git")
        self.lay("proof >> tests/data/x.git/config; mv tests/data/x.git was; mv tests/data was; mv tests was;"
                 "evil tests/data; mv tests/data/.git tests/data/x.git")
        self.assertQuiet("", "tests/data/x.git")
        self.assertHeld(self.lay("hook hooks", 'c:mount("tests/data/x.git", "/work")'),
                        "change what git runs on the host: ")

    def test_made(self):
        """a repository where there was none: said at the end, and asked or read-only from then on"""
        self.write("plain/readme", "")
        for script in "evil .", "evil .; mv .git/* .; rmdir .git":
            r = self.lay(script, 'c:mount("plain", "/work")')
            self.assertEqual(r.code, 0)
            self.assertIn("the container made a repository in %s/plain: " % self.project, r.err)
            r = self.lay("proof >> .git/config || proof >> config", 'c:mount("plain", "/work")')
            self.assertRegex(r.err, "Read-only file system|change what git runs on the host: ")
            shutil.rmtree(os.path.join(self.project, "plain"))
            self.write("plain/readme", "")

    def test_submodule_is_a_link(self):
        """a link stands where a submodule should: asked for"""
        self.submodule("third/sub")
        self.git("submodule", "--quiet", "deinit", "-f", "third/sub")
        os.rmdir(os.path.join(self.project, "third/sub"))
        os.symlink("../elsewhere", os.path.join(self.project, "third/sub"))
        self.assertHeld(self.lay("rm third/sub; evil third/sub"), "change what git runs on the host: ")
        self.assertQuiet()

    def test_while_it_runs(self):
        """a container that runs already does not loosen what a second one has"""
        self.submodule("third/a/sub")
        self.profile('c:mount(".", "/work")')
        first = self.attempt("./cnnrun.lua", "--detach", "--", "sleep", "60")
        self.assertEqual(first.code, 0, first.err)
        self.addCleanup(self.attempt, "stop", "-t", "0", first.out.strip())
        self.lay_in("third/a/sub")
        script = "mv /work/third /work/moved; mv /work/third/a /work/third/moved; ls /work/third"
        r = self.attempt("exec", first.out.strip(), "--", "sh", "-c", script)
        self.assertEqual(r.out, "a\n", r.err)
        self.assertQuiet("", "third/a/sub")


class Podman(podman.Service, Repository):
    attempt = podman.Service.podman_run

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tool("import", images.tar(cls.dir), "busybox")

    def test_podman(self):
        """on Podman: .git, a submodule, one that is not checked out, and their directories"""
        self.submodule("third/a/sub")
        self.submodule("other/sub")
        self.git("submodule", "--quiet", "deinit", "-f", "other/sub")
        r = self.lay(EVERYWHERE % ". third/a/sub other/sub")
        self.assertEqual(r.code, 0, r.err)
        self.assertQuiet("", "third/a/sub")
