# SPDX-License-Identifier: MIT
"""Attempts by images whose links lead into mounts: to have the engine, which is root, read or
write there, and to have what a mount shows believed of the image."""
import os
import subprocess

import attack
import images
import kit

NAME = "kit-identity"


class Image(attack.Attack):
    def setUp(self):
        super().setUp()
        self.folder("data")
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % NAME)

    def folder(self, name):
        path = os.path.join(self.project, name)
        os.mkdir(path)
        os.chown(path, self.uid, self.uid)

    def image(self, *changes, **links):
        images.load(images.tar(self.project, **links), NAME, *changes)
        os.unlink(os.path.join(self.project, "root.tar"))

    def launch(self, *calls, script="true", words=()):
        self.profile('c:mount("data", "/data")', *calls, image=NAME)
        r = self.run_cnnrun("./cnnrun.lua", *words, "--", "sh", "-c", script)
        self.assertNoSecret(r.out, r.err)
        self.assertAllMine()
        return r

    def refused(self, *calls, said=("symbolic link",), **more):
        r = self.launch(*calls, **more)
        self.assertHeld(r, *said)
        self.assertEqual(r.code, 125)
        self.assertEqual(os.listdir(os.path.join(self.project, "data")), [])

    def works(self, *calls, **more):
        r = self.launch(*calls, **more)
        self.assertEqual(r.code, 0, r.err)
        return r.out


class Links(Image):
    def test_alias(self):
        """a mount at the image's alias of /etc would lie over it, and be written to as root"""
        self.image(alias="/etc")
        for _ in range(2):
            self.refused('c:mount("data", "/alias")', said=["symbolic link at /alias"])

    def test_alias_swapped(self):
        """the same, the mounted directory exchanged for a link to the home"""
        self.image(alias="/etc")
        os.rmdir(os.path.join(self.project, "data"))
        os.symlink(os.path.dirname(self.secret), os.path.join(self.project, "data"))
        os.lchown(os.path.join(self.project, "data"), self.uid, self.uid)
        self.profile('c:mount("data", "/alias")', image=NAME)
        self.assertHeld(self.run_cnnrun("./cnnrun.lua", "--", "true"), "symbolic link at /alias")
        self.assertNotIn("passwd", os.listdir(os.path.dirname(self.secret)))

    def test_passwd(self):
        """/etc/passwd is a link into a mount, where the secret is to be read as root"""
        self.image(**{"etc/passwd": "/home-of/secret"})
        mount = 'c:mount("%s", "/home-of", { readonly = true })' % os.path.dirname(self.secret)
        for _ in range(2):
            self.refused(mount, script="cat /etc/passwd", said=["symbolic link at /etc/passwd", "/home-of"])

    def test_group(self):
        """and /etc/group, where a file is to be made"""
        self.image(**{"etc/group": "/data/new/group"})
        self.refused(said=["symbolic link at /etc/group"])

    def test_chain(self):
        """by way of two links and a detour"""
        self.image(**{"etc/passwd": "../one/passwd", "one": "/two", "two": "data/x"})
        self.refused(said=["symbolic link at /etc/passwd"])

    def test_root(self):
        """the same as root of the container, who gets files by an archive"""
        self.image(**{"etc/localtime": "/data/zone"})
        self.refused('c:user "root"', 'c:timezone "Asia/Tokyo"', said=["symbolic link at /etc/localtime"])

    def test_localtime(self):
        """the zone"""
        self.image(**{"etc/localtime": "/data/zone"})
        self.refused('c:timezone "Asia/Tokyo"', said=["symbolic link at /etc/localtime"])

    def test_cookie(self):
        """the display's cookie"""
        self.image(**{"etc/cnnrun": "/data"})
        self.refused('c:display "cookie"', said=["symbolic link at /etc/cnnrun"])

    def test_home(self):
        """the home"""
        self.image(home="/data/new")
        self.refused(said=["symbolic link at /home"])

    def test_readonly_root(self):
        """all of it where files are mounted one by one"""
        self.image(**{"etc/passwd": "/data/new"})
        self.refused("c:readonly()", said=["symbolic link at /etc/passwd"])

    def test_init(self):
        """the directory of the engine's init is a link into the project"""
        self.image(sbin="/data")
        self.refused(said=["symbolic link at /sbin"])

    def test_init_through(self):
        """a link that leads through the mount's place to a good one"""
        self.image(**{"sbin": "/data/sbin", "data/sbin": "/good", "good": "var"})
        self.refused()

    def test_init_upwards(self):
        """and one with ..: what the image has there is not what the mount has"""
        self.image(**{"sbin": "x/../usr/sbin", "x": "/data/deep", "data/usr": "/var"})
        self.refused()

    def test_target(self):
        """the target of another mount leads into the project"""
        self.image(alias="/data")
        self.works('c:tmpfs "/alias/new"')  # it is /data/new: made first, as the user
        self.assertEqual(os.listdir(os.path.join(self.project, "data")), ["new"])

    def test_device(self):
        """a device behind a link would be a node in the project"""
        self.image(alias="/data")
        self.refused('c:device("/dev/null", "/alias/null")', said=["device /data/null"])

    def test_workdir(self):
        """a working directory behind a link is made in the project, as the user"""
        self.image(alias="/data")
        self.assertEqual(self.works('c:workdir "/alias/new"', script="pwd"), "/data/new\n")

    def test_images_workdir(self):
        """the image's own working directory"""
        self.image("WORKDIR /data/new")
        self.assertEqual(self.works(script="pwd"), "/data/new\n")
        self.image("WORKDIR /alias/newer", alias="/data")
        self.assertEqual(self.works(script="pwd"), "/data/newer\n")

    def test_images_workdir_readonly(self):
        """the same where nothing may be made"""
        self.image("WORKDIR /data/new")
        self.refused('c:mount("data", "/data", { readonly = true })', said=["read-only"])

    def test_images_volume(self):
        """the image's volume lies below the project"""
        self.image("VOLUME /data/vol/ume")
        self.works()
        self.assertEqual(os.listdir(os.path.join(self.project, "data")), ["vol"])

    def test_images_volume_link(self):
        """the image's volume lies behind a link into the project"""
        self.image("VOLUME /alias/vol", alias="/data")
        self.refused(said=["symbolic link at /alias"])

    def test_good_links(self):
        """links that lead nowhere near a mount do no harm"""
        self.image(**{"etc/passwd": "../var/users", "sbin": "usr/sbin", "var": "/really/var", "run2": "/run"})
        name = self.works('c:mount("data", "/run2/x")', 'c:user { uid = 1000, name = "bob" }',
                          script="id -un; ls /run")
        self.assertEqual(name.split(), ["bob", "x"])


class Volumes(Image):
    """A named volume, into which a container of before has laid links."""

    def volume(self, script):
        self.image()
        self.addCleanup(kit.engine.call, "DELETE", "/volumes/" + NAME)
        self.works('c:user "root"', 'c:volume("%s", "/v")' % NAME, script=script)

    def test_target(self):
        """a mount below a volume's link leads into the project"""
        self.volume("ln -s /data /v/a")
        self.refused('c:volume("%s", "/v")' % NAME, 'c:tmpfs "/v/a/new"', said=["symbolic link at /v/a"])

    def test_workdir(self):
        """a working directory there"""
        self.volume("ln -s /data /v/a")
        self.refused('c:volume("%s", "/v")' % NAME, 'c:workdir "/v/a/new"', said=["symbolic link at /v/a"])

    def test_etc(self):
        """a volume at /etc whose files lead into the project"""
        self.volume("ln -s /data/passwd /v/passwd; ln -s /data/hosts /v/hosts; ln -s /data/cnnrun /v/cnnrun")
        self.refused('c:volume("%s", "/etc")' % NAME, 'c:display "cookie"', 'c:network "bridge"')

    def test_device(self):
        """a device there"""
        self.volume("ln -s /data /v/a")
        self.refused('c:volume("%s", "/v")' % NAME, 'c:device("/dev/null", "/v/a/null")')

    def test_good(self):
        """a mount below a volume as such is fine"""
        self.volume("mkdir /v/a")
        self.works('c:volume("%s", "/v")' % NAME, 'c:mount("data", "/v/a/b")', script="touch /v/a/b/x")
