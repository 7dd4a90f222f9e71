# SPDX-License-Identifier: MIT
"""Attempts by images and tags to be taken for the user, or for an image that was made for him.
Before there were such users, these forms were refused."""
import attack
import image_kit
import kit

NAME = "kit-attack-users"
LINE = 'c:user("image", { name = "app", uid = "host" })'


class ImageUsers(attack.Attack):
    def image(self, *changes):
        self.addCleanup(image_kit.unload, NAME)
        image_kit.load(NAME, *changes, users=[("app", 1234)])

    def launch(self, line, *words, **more):
        self.profile(line, image=NAME)
        return self.run_cnnrun("./cnnrun.lua", "--", *(words or ("id", "-u")), **more)

    def homes(self):
        return [t for i in kit.engine.get("/images/json") for t in i["RepoTags"] or []
                if t.startswith("cnnrun-home:")]

    def test_foreign_tag(self):
        """another image under the tag of the one that was made: not run"""
        self.image()
        self.assertEqual(self.launch(LINE).out, "1000\n")
        for tag in self.homes():
            self.addCleanup(image_kit.unload, tag)
            kit.engine.call("POST", "/images/busybox/tag?repo=%s&tag=%s" % tuple(tag.split(":")))
        r = self.launch(LINE, "cat", "/home/app/.kept")
        self.assertEqual((r.code, r.out), (0, "kept\n"), r.err)

    def test_onbuild(self):
        """ONBUILD of the image would run while its home is given away: refused"""
        self.image("ONBUILD RUN touch /onbuild")
        r = self.launch(LINE)
        self.assertEqual(r.code, 125)
        self.assertIn("ONBUILD", r.err)

    def test_root_by_name(self):
        """root by his name is root: it has to be granted"""
        self.image()
        r = self.launch('c:user("image", { name = "root" })', granted=False)
        self.assertEqual(r.code, 125)
        self.assertIn("be root in the container", r.err)

    def test_root_by_passwd(self):
        """an image whose app is root by number does not get your uid"""
        self.addCleanup(image_kit.unload, NAME)
        image_kit.load(NAME, users=[("app", 0)])
        r = self.launch(LINE)
        self.assertEqual(r.code, 125)
        self.assertIn("root", r.err)
