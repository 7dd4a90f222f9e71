# SPDX-License-Identifier: MIT
"""A language in which all letters are letters, in every run where nobody says one."""
import image_kit
import kit
from pty_session import Session


class Language(kit.Case):
    uid = kit.USER

    def lang(self, *calls, image="busybox", **more):
        self.profile(*calls, image=image)
        r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", 'echo "${LANG-none} ${LC_ALL-none}"', **more)
        self.assertEqual(r.code, 0, r.err)
        return r.out.strip()

    def test_default(self):
        """it is C.UTF-8, whatever the host's is"""
        for host in "de_DE.UTF-8", "C", None:
            self.assertEqual(self.lang(env={"LANG": host, "LC_ALL": None}), "C.UTF-8 none")

    def test_said(self):
        """what the image says stays, what the profile says counts more"""
        for said, there in (("LANG=en_US.UTF-8", "en_US.UTF-8 none"), ("LC_ALL=POSIX", "none POSIX"),
                            ("LANG=", "none"), ("LANGUAGE=de", "C.UTF-8 none")):
            image_kit.load("language", "ENV " + said)
            self.addCleanup(image_kit.unload, "language")
            self.assertEqual(self.lang(image="language"), there)
            self.assertEqual(self.lang('c:env("LANG", "x")', image="language").split()[0], "x")
        self.assertEqual(self.lang('c:env("LC_ALL", "C")'), "none C")
        self.assertEqual(self.lang('c:env("LANG", "")'), "none")
        self.assertEqual(self.lang('c:env "LANG"', env={"LANG": "de_DE.UTF-8"}), "de_DE.UTF-8 none")

    def test_plan(self):
        """plan says so, in each of its forms"""
        self.profile()
        for words in ("", " LANG=C.UTF-8  where the image says none\n"), (
                "--docker", "# where the image says a language: without --env LANG\n"), (
                "--json", '"LANG":\t"C.UTF-8"'):
            self.assertIn(words[1], self.run_cnnrun("plan", "./cnnrun.lua", *words[0].split()).out)
        self.profile('c:env("LANG", "C")')
        self.assertNotIn("C.UTF-8", self.run_cnnrun("plan", "./cnnrun.lua").out)


class Typed(kit.Case):
    uid = kit.USER

    def test_umlauts(self):
        """bash shows what is typed, takes one letter back at once, and counts letters"""
        self.profile('c:command { "bash", "--norc" }', 'c:env { PS1 = "ready> " }', image="debian:bookworm-slim")
        s = Session("./cnnrun.lua", uid=self.uid, cwd=self.project)
        self.addCleanup(s.close)
        s.expect("ready> ")
        s.send("x=grüße\x7f\x7fß; echo ${#x} $x.\r")
        self.assertNotIn("\\3", s.expect("4 grüß."))
        s.send("exit\r")
        self.assertEqual(s.wait(), 0)
