# SPDX-License-Identifier: MIT
"""Carried directories on Podman, root's and an ordinary user's."""
import carry_kit
import image_kit
import podman

SCRIPT = ("cat a/one; ./run.sh; stat -c %u . a a/one; test -w a/one; echo 2 > a/one; mkdir -p out; "
          "echo x > out/ck.bin; ln -s x link")


class Root(podman.Service, carry_kit.Carried):
    def setUp(self):
        super().setUp()
        image_kit.load("busybox", to=self.words())
        self.carry()

    def carry(self, *more, **options):
        super().carry('c:network "none"', *more, **options)

    def start_there(self):
        self.put("a/one", "1")
        self.put("run.sh", "#!/bin/sh\necho ran\n", 0o755)
        for i in range(300):
            self.put("d/%d" % i, "x" * i)
        self.put("big", "0123456789abcdef" * 2000000)

    def test_there_and_back(self):
        """files go over, are the user's there, and come home"""
        env = self.env
        self.start_there()
        r = self.run_it(SCRIPT + "; tail -c 16 big; ls d | wc -l", env=env)
        self.assertEqual((r.code, r.out), (0, "1ran\n1000\n1000\n1000\n0123456789abcdef300\n"), r.err)
        self.assertEqual((self.read("a/one"), self.read("out/ck.bin")), ("2\n", "x\n"))
        self.put("d/0", "new")
        r = self.run_it("cat d/0; readlink link; cp big bigger", env=env)
        self.assertEqual((r.code, r.out), (0, "newx\n"), r.err)
        self.assertEqual(len(self.read("bigger")), 32000000)
        r = self.run_cnnrun("clean", "--volumes", env=env)
        self.assertIn("removed volume", r.out)

    def test_image_user(self):
        """for another user of the image's they are that one's"""
        self.carry("c:user { uid = 33, gid = 33 }")
        self.put("a/one", "1")
        r = self.run_it("id -u; stat -c %u a a/one; echo 2 > a/one", env=self.env)
        self.assertEqual((r.code, r.out), (0, "33\n33\n33\n"), r.err)
        self.assertEqual(self.read("a/one"), "2\n")
        self.run_cnnrun("clean", "--volumes", env=self.env)


class Rootless(podman.Rootless, Root):
    """The user's own Podman."""
