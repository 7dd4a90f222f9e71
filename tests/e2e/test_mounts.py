# SPDX-License-Identifier: MIT
"""Directories and files of the host, volumes, and memory as mounts."""
import os
import tarfile

import kit


class Mounts(kit.Case):
    def test_relative_to_the_project(self):
        """a relative source is the project's, wherever one stands"""
        self.write("data/file", "hello\n")
        self.profile('c:mount("data", "/data")')
        where = os.path.join(self.project, "data")
        r = self.run_cnnrun("../cnnrun.lua", "--", "cat", "/data/file", cwd=where)
        self.assertEqual((r.code, r.out), (0, "hello\n"), r.err)

    def test_readonly(self):
        """readonly is kept"""
        self.profile('c:mount(".", "/data", { readonly = true })')
        r = self.run_cnnrun("./cnnrun.lua", "--", "touch", "/data/x")
        self.assertNotEqual(r.code, 0)
        self.assertFalse(os.path.exists(os.path.join(self.project, "x")))

    def test_missing_source(self):
        """a missing source is an error with its place, and is not made"""
        self.profile('c:mount("nosuch", "/data")')
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("nosuch", r.err)
        self.assertRegex(r.err, r"cnnrun\.lua:\d+")
        self.assertFalse(os.path.exists(os.path.join(self.project, "nosuch")))

    def test_optional(self):
        """an optional one is left out when it is missing"""
        self.profile('c:mount("nosuch", "/data", { optional = true })')
        self.shell("test ! -e /data")

    def test_create(self):
        """create makes the directory, as the user"""
        self.profile('c:mount("new/dir", "/data", { create = true })')
        self.shell("echo x > /data/x")
        self.assertTrue(os.path.exists(os.path.join(self.project, "new/dir/x")))

    def test_strange_names(self):
        """blanks, commas, colons, quotes and other letters in names"""
        for name in "a b", "a,b=c", "a:ro", 'a"b', "äöü", "a\\b":
            self.write("src/" + name + "/file", name)
            target = "/data/" + name
            self.profile("c:mount([[src/%s]], [[%s]])" % (name, target))
            r = self.run_cnnrun("./cnnrun.lua", "--", "cat", target + "/file")
            self.assertEqual((r.code, r.out), (0, name), r.err)

    def refused(self, said, *words, **more):
        """By a plan and by a run, in one line that says where."""
        for first in ("plan", "./cnnrun.lua"), ("./cnnrun.lua",):
            r = self.run_cnnrun(*first, *words, **more)
            self.assertEqual((r.code, r.out), (125, ""), (said, r.err))
            self.assertEqual(len(r.err.splitlines()), 1, r.err)
            self.assertRegex(r.err, said + ": not UTF-8: ")

    def test_another_name(self):
        """a name that is not UTF-8 would be mounted as that with U+FFFD: it is refused"""
        here = os.fsencode(self.project)
        os.mkdir(here + b"/\xff")
        os.symlink("/etc", here + b"/\xef\xbf\xbd")
        os.symlink(b"\xff", here + b"/plain")
        self.profile(r'c:mount("\xff", "/x")')
        self.refused(r"cnnrun\.lua:6: mount: 0/source")
        self.profile('c:mount("plain", "/x")')
        self.refused("main/mount/0/source")
        self.profile('c:home("plain")')
        self.refused("main/mount/0/source")
        self.profile('c:mount("\ufffd", "/x", { readonly = true })')
        self.assertIn("passwd", self.shell("ls /x"))

    def test_not_utf8(self):
        """nor goes any other text out that would arrive changed"""
        for call, said in ((r'c:mount(".", "/\xff")', "mount: 0/target"),
                           (r'c:workdir "/\xff"', "workdir"), (r'c:label("a", "\xff")', "label: a"),
                           (r'c:command { "echo", "\xc0\xaf" }', "command: 1"),
                           (r'c:env("A", "\xff", { secret = true })', "env: set/A"),
                           (r'c:env("A\xff", "")', r"env.*"), (r'c:tmpfs "/\xff"', "mount: 0/target"),
                           (r'c:build { tag = "t", context = "\xff" }', "build: context")):
            self.profile(call)
            self.refused(said)
        self.profile()
        self.refused("env/B", "-e", b"B=\xff")
        self.refused("env/B", "-e", "B", env={"B": b"\xff"})
        self.refused("command/1", "--", "echo", b"\xff")

    def test_exec_not_utf8(self):
        """nor by exec"""
        self.profile()
        name = self.run_cnnrun("./cnnrun.lua", "--detach", "--", "sleep", "60").out.strip()
        for words, said in ((name, "--", "echo", b"\xff"), "command/1"), (("-e", b"A=\xff", name), "env/A"):
            r = self.run_cnnrun("exec", *words)
            self.assertEqual((r.code, r.out), (125, ""), r.err)
            self.assertIn(said + ": not UTF-8: ", r.err)
        self.assertEqual(self.run_cnnrun("stop", "-t", "0", name).code, 0)

    def test_project_not_utf8(self):
        """a project whose path is not UTF-8"""
        where = os.path.join(os.fsencode(self.project), b"\xff")
        os.rename(self.profile(), os.path.join(self.project, "was"))
        os.mkdir(where)
        os.rename(os.path.join(self.project, "was"), where + b"/cnnrun.lua")
        self.refused("project", cwd=where)

    def test_symlink(self):
        """a symlink as source is followed once, on the host"""
        self.write("real/file", "real")
        os.symlink("real", os.path.join(self.project, "link"))
        self.profile('c:mount("link", "/data")')
        self.assertEqual(self.shell("cat /data/file"), "real")

    def test_single_file(self):
        """one file as a mount"""
        self.write("one", "1")
        self.profile('c:mount("one", "/etc/one", { readonly = true })')
        self.assertEqual(self.shell("cat /etc/one"), "1")

    def test_tmpfs(self):
        """a tmpfs with a size and the user's"""
        self.profile('c:tmpfs("/scratch", { size = "8m" })')
        self.assertIn("8192", self.shell("df -k /scratch | tail -n 1"))

    def test_tmpfs_exec(self):
        """programs in a tmpfs run where the profile says so, and its mode is as text"""
        self.profile('c:tmpfs("/a", { exec = true, mode = "0750" })', 'c:tmpfs "/b"')
        self.assertEqual(self.shell("""
            for d in /a /b; do cp /bin/busybox $d/echo; $d/echo ran in $d; done 2>/dev/null
            stat -c %a /a /b"""), "ran in /a\n750\n1777\n")

    def test_volume(self):
        """a volume keeps its content from run to run"""
        self.profile('c:volume("kit-volume", "/data")')
        self.shell("echo kept > /data/x")
        self.assertEqual(self.shell("cat /data/x"), "kept\n")
        self.assertEqual(kit.engine.call("DELETE", "/volumes/kit-volume")[0], 204)

    def test_last_word(self):
        """a later mount on the same target replaces the earlier one"""
        self.write("a/who", "a")
        self.write("b/who", "b")
        self.profile('c:mount("a", "/data")', 'c:mount("b", "/data")')
        self.assertEqual(self.shell("cat /data/who"), "b")


class Links(kit.Case):
    """What the launch puts into a container does not leave it through the image's links."""

    uid = kit.USER

    @staticmethod
    def entry(name, kind, to=""):
        e = tarfile.TarInfo(name)
        e.type, e.linkname, e.mode = kind, to, 0o755
        return e

    def image(self, **links):
        """An image of busybox with a symbolic link in the place of a directory."""
        with tarfile.open(os.path.join(self.project, "root.tar"), "w") as tar:
            for name in "busybox", "sh", "true":
                tar.add("/bin/busybox", "bin/" + name)
            for directory in "etc", "home", "var", "tmp":
                if directory not in links:
                    tar.addfile(self.entry(directory, tarfile.DIRTYPE))
            for name, to in links.items():
                tar.addfile(self.entry(name, tarfile.SYMTYPE, to))
        kit.tool("docker", "-H", "unix://" + kit.SOCKET, "import", tar.name, "kit-links")
        self.addCleanup(kit.engine.call, "DELETE", "/images/kit-links?force=1")
        self.write("data/readme", "")

    def refused(self, path):
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125, r.err)
        self.assertIn("the image kit-links has a symbolic link at " + path, r.err)
        self.assertEqual(os.listdir(os.path.join(self.project, "data")), ["readme"])

    def test_cookie(self):
        """the directory of the display's cookie leads into a mount: nothing is put there"""
        self.image(**{"etc/cnnrun": "/data"})
        self.profile('c:mount("data", "/data")', "c:display()", image="kit-links")
        for _ in range(2):  # also when the image is known already
            self.refused("/etc/cnnrun")

    def test_home(self):
        """the directory of homes leads there: none is made there"""
        self.image(home="/data")
        self.profile('c:mount("data", "/data")', image="kit-links")
        self.refused("/home")

    def test_harmless(self):
        """a link in an image is nobody's business where nothing is mounted"""
        self.image(home="/var")
        self.profile(image="kit-links")
        self.shell("true")
