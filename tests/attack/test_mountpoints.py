# SPDX-License-Identifier: MIT
"""Attempts to have the engine, which is root, make things below the user's directories: mount
points, working directories, files."""
import os

import attack
import images
import kit
import podman


class Points:
    """The same on each engine: `launch` is how one is asked."""

    first = ()

    def launched(self, *calls, code=0, script="true", **more):
        self.profile(*self.first, *calls, **more)
        r = self.launch("./cnnrun.lua", "--", "sh", "-c", script)
        self.assertAllMine()
        self.assertEqual(r.code, code, r.err)
        return r

    def refused(self, *calls, said=(), **more):
        r = self.launched(*calls, code=125, **more)
        self.assertHeld(r, *said)
        return r

    def folder(self, name):
        path = os.path.join(self.project, name)
        os.mkdir(path)
        os.chown(path, self.uid, self.uid)
        return path

    def link(self, name, to):
        path = os.path.join(self.project, name)
        os.symlink(to, path)
        os.lchown(path, self.uid, self.uid)

    def made(self, name, kind=os.path.isdir):
        path = os.path.join(self.project, name)
        self.assertTrue(kind(path), name)
        self.assertEqual(os.stat(path).st_uid, self.uid)

    def test_tmpfs(self):
        """a tmpfs below the project leaves no directory of root's"""
        self.launched('c:mount(".", "/w")', 'c:tmpfs "/w/build"')
        self.made("build")

    def test_tmpfs_deep(self):
        """nor one far below it"""
        self.launched('c:mount(".", "/w")', 'c:tmpfs "/w/a/b/c/d"')
        self.made("a/b/c/d")

    def test_bind(self):
        """a directory mounted below another"""
        self.write("src/x", "")
        self.launched('c:mount(".", "/w")', 'c:mount("src", "/w/deep/er")', script="test -e /w/deep/er/x")
        self.made("deep/er")

    def test_file(self):
        """a file mounted below a directory leaves no file of root's"""
        self.write("conf", "of the project")
        r = self.launched('c:mount(".", "/w")', 'c:mount("conf", "/w/etc/conf")', script="cat /w/etc/conf")
        self.assertEqual(r.out, "of the project")
        self.made("etc/conf", os.path.isfile)

    def test_chain(self):
        """three mounts, each below the one before, in the wrong order"""
        self.folder("one")
        self.launched('c:tmpfs "/w/a/b/c"', 'c:mount("one", "/w/a")', 'c:mount(".", "/w")')
        self.made("a")
        self.made("one/b/c")

    def test_volume(self):
        """a named volume below the project"""
        self.addCleanup(self.api.call, "DELETE", "/volumes/kit-points")
        self.launched('c:mount(".", "/w")', 'c:volume("kit-points", "/w/cache")')
        self.made("cache")

    def test_workdir(self):
        """a working directory that is not there"""
        r = self.launched('c:mount(".", "/w")', 'c:workdir "/w/new/place"', script="pwd")
        self.assertEqual(r.out, "/w/new/place\n")
        self.made("new/place")

    def test_created_source(self):
        """below a directory that the launch itself makes"""
        self.launched('c:mount("new/dir", "/w", { create = true })', 'c:tmpfs "/w/x/y"')
        self.made("new/dir/x/y")

    def test_home(self):
        """a home below the project"""
        self.launched('c:mount(".", "/home")', 'c:user { uid = 1000, name = "bob" }', 'c:home "house"')
        self.made("bob")

    def test_no_home(self):
        """the directory of homes is the project, and nothing was said of the home"""
        self.launched('c:mount(".", "/home")', 'c:user { uid = 1000, name = "bob" }',
                      script="touch /home/bob/x")
        self.made("bob/x", os.path.isfile)

    def test_readonly(self):
        """below what is mounted read-only: nothing is made there, and the cure works"""
        self.folder("a b")
        calls = 'c:mount("a b", "/w", { readonly = true })', 'c:tmpfs "/w/x/y"'
        r = self.refused(*calls, said=["read-only", "/w/x/y"])
        self.assertEqual(os.listdir(os.path.join(self.project, "a b")), [])
        self.cure(r)
        self.launched(*calls)

    def test_readonly_file(self):
        """the same with a file"""
        self.write("d/conf", "")
        calls = 'c:mount("d", "/w", { readonly = true })', 'c:mount("d/conf", "/w/x/conf")'
        self.cure(self.refused(*calls, said=["read-only"]))
        self.launched(*calls)

    def test_readonly_workdir(self):
        """the same with a working directory"""
        self.write("d/x", "")
        calls = 'c:mount("d", "/w", { readonly = true })', 'c:workdir "/w/new"'
        self.cure(self.refused(*calls, said=["working directory", "read-only"]))
        self.launched(*calls)

    def cure(self, r):
        """What the message says is typed as it stands."""
        kit.tool("setpriv", "--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups",
                 "sh", "-c", r.err.strip().rpartition("make it first: ")[2])

    def test_link(self):
        """a link in the way leads the engine to another place"""
        self.link("out", ".git")
        self.refused('c:mount(".", "/w")', 'c:tmpfs "/w/out/hooks"', said=["symbolic link"])
        self.assertEqual(os.listdir(os.path.join(self.project, ".git")), ["HEAD"])

    def test_link_at_the_end(self):
        """the mount point itself is a link"""
        self.link("out", "/w/.git/new")
        self.refused('c:mount(".", "/w")', 'c:tmpfs "/w/out"', said=["symbolic link"])

    def test_link_for_a_file(self):
        """a file mounted on a link, also on one that leads nowhere yet"""
        self.write("conf", "")
        self.link("out", "/w/.git/new")
        self.refused('c:mount(".", "/w")', 'c:mount("conf", "/w/out")', said=["symbolic link"])
        self.link("there", "conf")
        self.refused('c:mount(".", "/w")', 'c:mount("conf", "/w/there")', said=["symbolic link"])

    def test_link_workdir(self):
        """a working directory behind a link"""
        self.link("out", "/w/.git")
        self.refused('c:mount(".", "/w")', 'c:workdir "/w/out/new"', said=["symbolic link"])

    def test_link_out(self):
        """a link that leads out of the project, to the home: nothing is made there"""
        home = os.path.dirname(self.secret)
        before = os.listdir(home)
        self.link("out", home)
        self.refused('c:mount(".", "/w")', 'c:tmpfs "/w/out/new"', said=["symbolic link"])
        self.assertEqual([n for n in os.listdir(home) if n == "new"], [], before)

    def test_good_link_workdir(self):
        """a working directory that is there may be named by a link"""
        self.write("v1/x", "")
        self.link("now", "v1")
        self.assertEqual(self.launched('c:mount(".", "/w")', 'c:workdir "/w/now"', script="ls").out, "x\n")

    def test_file_in_the_way(self):
        """a file where a directory is needed, and the other way round"""
        self.write("build", "a file")
        self.refused('c:mount(".", "/w")', 'c:tmpfs "/w/build"', said=["no directory"])
        self.refused('c:mount(".", "/w")', 'c:workdir "/w/build/x"', said=["no directory"])
        self.refused('c:mount(".", "/w")', 'c:mount("build", "/w/.git")', said=["is a directory"])
        self.refused('c:mount("build", "/w")', 'c:tmpfs "/w/x"', said=["no directory"])

    def test_not_mine(self):
        """below a directory in which the user may write nothing"""
        os.chmod(self.folder("theirs"), 0o555)
        self.refused('c:mount("theirs", "/w")', 'c:tmpfs "/w/x"', said=["mkdir -p"])

    def test_etc(self):
        """the engine's own files below a mount of /etc"""
        self.write("e/mine", "")
        r = self.launched('c:mount("e", "/etc")', 'c:network "bridge"', script="ls /etc", code=0)
        self.assertIn("mine", r.out)

    def test_etc_with_files(self):
        """the launch's own files there"""
        self.write("e/mine", "")
        self.launched('c:mount("e", "/etc")', 'c:user "host"', 'c:timezone "Asia/Tokyo"',
                      'c:display "cookie"', script="test -s $XAUTHORITY && ls -l /etc/localtime")
        self.assertEqual(os.path.getsize(os.path.join(self.project, "e/cnnrun/Xauthority")), 0)

    def test_etc_readonly(self):
        """nothing is made in an /etc that is only to be read"""
        self.write("e/mine", "")
        self.refused('c:mount("e", "/etc", { readonly = true })', 'c:network "bridge"', said=["read-only"])
        self.assertEqual(os.listdir(os.path.join(self.project, "e")), ["mine"])

    def test_system_directories(self):
        """mounts of /dev, /sys, /sbin, /run and /tmp, where the engine makes things of its own"""
        for target in "/dev", "/sys", "/sbin", "/run", "/tmp", "/dev/shm":
            name = "s" + target.replace("/", "-")
            self.write(name + "/mine", "")
            self.profile('c:mount("%s", "%s")' % (name, target), 'c:user "host"', 'c:display "cookie"')
            self.launch("./cnnrun.lua", "--", "true")
            self.assertAllMine()

    def test_device(self):
        """a device below the project would be a node of root's"""
        self.refused('c:mount(".", "/w")', 'c:device("/dev/null", "/w/null")', said=["device /w/null"])
        self.assertFalse(os.path.exists(os.path.join(self.project, "null")))


class Docker(Points, attack.Attack):
    launch = attack.Attack.run_cnnrun
    api = kit.engine


class Podman(Points, podman.Service, attack.Attack):
    launch = podman.Service.podman_run
    first = ('c:user "root"',)  # this Podman refuses a tmpfs that has an owner

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = cls.podman
        cls.tool("import", images.tar(cls.dir), "busybox")
