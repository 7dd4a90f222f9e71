# SPDX-License-Identifier: MIT
"""More attempts on what is judged in the container: by its image, its mounts, its profile,
later starts, and on Podman."""
import os
import tarfile

import kit
import moved
import races_moved

IMAGE = "kit-moved"


def linked(where, *changes, **links):
    """Makes the image: busybox, with symbolic links where the names say."""
    path = os.path.join(where, "root.tar")
    with tarfile.open(path, "w") as tar:
        for name in "busybox", "sh", "cat", "sleep", "ls", "mv", "ln":
            tar.add("/bin/busybox", "bin/" + name)
        for name, to in links.items():
            e = tarfile.TarInfo(name.replace("_", "/"))
            e.type, e.linkname = tarfile.SYMTYPE, to
            tar.addfile(e)
    words = [w for c in changes for w in ("--change", c)]
    kit.tool("docker", "-H", "unix://" + kit.SOCKET, "import", *words, path, IMAGE)


class Further(moved.Moved):
    @classmethod
    def tearDownClass(cls):
        kit.engine.call("DELETE", "/images/%s?force=1" % IMAGE)

    def evil(self, name="evil"):
        """A program that tells the secret, wherever it is started."""
        return self.write(name, "#!/bin/sh\n%s\n" % self.READ, 0o755)

    def test_init(self):
        """a mount lies over the program that the engine would start first"""
        self.evil("evil/docker-init")
        for target in "/sbin/docker-init", "/dev/init":
            self.profile('c:mount(".", "/w")', 'c:mount("data", "/d")',
                         'c:mount("evil/docker-init", "%s")' % target)
            self.assertMoved(self.launch(self.behind(self.data, self.link)))

    def test_init_by_a_link(self):
        """the same through a link of the image"""
        self.evil("evil/docker-init")
        linked(self.project, x="/sbin")
        self.profile('c:mount(".", "/w")', 'c:mount("data", "/d")', 'c:mount("evil", "/x")', image=IMAGE)
        r = self.launch(self.behind(self.data, self.link))
        self.assertFalse(os.path.exists(self.proof), "the command ran")
        self.assertHeld(r)

    def test_health(self):
        """the image's own check of its health runs at once, and again and again"""
        linked(self.project, "HEALTHCHECK --interval=1ms CMD %s" % self.READ)
        self.profile('c:mount(".", "/w")', 'c:mount("data", "/d")', "c:limit { cpus = 0.05 }", image=IMAGE)
        self.assertMoved(self.launch(self.behind(self.data, self.link)))

    def test_image_entrypoint(self):
        """the program is the image's own entrypoint"""
        linked(self.project, 'ENTRYPOINT ["/bin/sh", "-c", "%s"]' % self.READ, 'CMD ["x"]')
        self.profile('c:mount(".", "/w")', 'c:mount("data", "/d")', image=IMAGE)
        self.assertMoved(self.attempt("./cnnrun.lua", env=self.behind(self.data, self.link)))

    def test_target(self):
        """the place of a read-only mount, below another, is a link elsewhere while it is made"""
        self.write("sub/x", "")
        os.symlink("/tmp", self.path("elsewhere"))
        self.write("guard/x", "")
        self.profile('c:mount(".", "/w")', 'c:mount("guard", "/w/sub", { readonly = true })')
        self.assertMoved(self.launch(self.behind(self.path("sub"), self.path("elsewhere")),
                                     script="echo ran > /w/proof"))

    def test_covered(self):
        """a link of the image leads a second mount over the first, and what was mounted in that"""
        linked(self.project, v_v="/w")
        self.write("guard/x", "")
        self.write("sub/x", "")
        self.profile('c:mount(".", "/w")', 'c:mount("guard", "/w/sub", { readonly = true })',
                     'c:mount("data", "/v/v/v")', 'c:mount(".", "/v/v")', image=IMAGE)
        r = self.launch({}, script="echo ran > /w/proof")
        self.assertFalse(os.path.exists(self.proof), "the command ran")
        self.assertHeld(r)

    RESTARTS = ('c:mount(".", "/w")', 'c:mount("data", "/d")', "c:detach()", 'c:user "host"',
                'c:restart "on-failure:5"', "c:name 'kit-moved'")

    def test_started_again(self):
        """a container that the engine starts again exchanges its source itself before that"""
        self.profile(*self.RESTARTS)
        r = self.launch({}, granted=True, script="[ -e /d/mine ] || { %s; }; cd /w; "
                        "mv data was; ln -s %s data; exit 3" % (self.READ, self.home))
        self.assertEqual(r.code, 0, r.err)
        self.assertNothingLeft(60)
        self.assertTrue(os.path.islink(self.data))
        self.assertFalse(os.path.exists(self.proof), "the command ran")

    def test_started_again_well(self):
        """it is started again where nothing was exchanged"""
        self.profile(*self.RESTARTS)
        self.launch({}, granted=True, script="sleep 0.3; echo x >> /w/runs; exit 3")
        self.assertNothingLeft(60)
        with open(self.path("runs")) as f:
            self.assertEqual(f.read(), "x\n" * 6)

    def test_steering(self):
        """a profile whose source moved catches that and tries it again"""
        self.write("steer.lua", """local cnn = require "cnnrun"
            return cnn.profile { about = "x", action = "none", setup = function(c)
                c:image "busybox"
                c:mount(".", "/w")
                c:command { "sh", "-c", "echo ran >> /w/proof; cat /d/secret >> /w/proof" }
                for i = 1, 6 do
                    c:mount(i == 1 and "data" or i % 2 == 0 and "." or "data/below", "/d")
                    pcall(cnn.run, c)
                end
            end }""")
        self.write("data/below/x", "")
        r = self.attempt("./steer.lua", env=self.behind(self.data, self.link))
        self.assertEqual(r.code, 125, r.err)
        self.assertFalse(os.path.exists(self.proof), "the command ran")
        self.assertEqual(self.proxy.n, 2, "it was launched again")
        self.assertHeld(r, "starts nothing more")

    def test_race(self):
        """a directory and a link are exchanged without end beside launches"""
        for seed in range(12):
            self.assertTrue(races_moved.race(seed), "seed %d" % seed)

    def test_race_of_a_container(self):
        """another container does that, which runs already and may write the project"""
        with open("/bin/busybox", "rb") as f:
            self.write("busybox", f.read(), 0o755)
        self.profile('c:mount(".", "/w")', 'c:mount("data", "/d")', 'c:user "host"')
        self.write("other.lua", """local cnn = require "cnnrun"
            return cnn.profile { about = "x", setup = function(c)
                c:image "busybox"  c:mount(".", "/w")  c:user "host"  c:detach()  c:name "kit-other"
                c:command { "sh", "-c", "cd /w; while :; do mv data was; ln -s %s data; "
                    .. "usleep 90000; rm data; mv was data; usleep 90000; done" }
            end }""" % self.home)
        self.assertEqual(self.attempt("./other.lua").code, 0)
        for _ in range(10):
            r = self.launch({}, script="cat /d/secret >> /w/proof")
            self.assertNoSecret(r.out, r.err)
        self.run_cnnrun("stop", "-t", "0", "kit-other")
        if os.path.exists(self.proof):
            with open(self.proof) as f:
                self.assertNoSecret(f.read())

