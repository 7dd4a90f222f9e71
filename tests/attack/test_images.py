# SPDX-License-Identifier: MIT
"""Attempts by way of the names of images, which are everybody's on an engine."""
import attack
import kit
import races_images as races

TIMES = 5  # `make soak` goes on


class Images(attack.Attack):
    def repeat(self, race, times=TIMES):
        self.assertEqual([seed for seed in range(times) if not race(self, seed)], [])

    def test_build(self):
        """two projects build the same name at once, beside a loop of `docker tag`: never the other's image"""
        self.repeat(races.builds)

    def test_run(self):
        """`docker tag` in a loop beside runs: what runs is what was looked up"""
        self.repeat(races.runs)

    def test_base(self):
        """the name of a base goes round while it is built from: no record of it is kept"""
        self.repeat(races.bases, 2 * TIMES)

    def test_removed(self):
        """the image goes away between look and create: an error, and nothing of another name is run"""
        mine = races.marked(self, "gone:1")
        self.profile('c:mount(".", "/w")', image="gone:1")
        with races.retagging("gone:1", [races.marked(self, "other:1")], races.random.Random(1)):
            kit.engine.call("DELETE", "/images/" + mine + "?force=1")
            r = self.attempt("./cnnrun.lua", "--", "cat", "/who")
        self.assertIn((r.code, r.out), ((0, "other:1"), (125, "")))

    def test_name_like_an_id(self):
        """a tag that reads as the beginning of another image's id, and one called sha256"""
        mine, other = races.marked(self, "mine:1"), races.marked(self, "other:1")
        for name in mine[7:19], mine[7:], "sha256":
            races.tag(other, name + ":latest")
            self.profile(image="mine:1")
            r = self.attempt("./cnnrun.lua", "--", "cat", "/who")
            self.assertEqual((r.code, r.out), (0, "mine:1"), r.err)

    def test_name_like_an_id_built(self):
        """the same of an image that is built here"""
        where = races.build_one(self, "built", "busybox", "built:1")
        r = self.attempt("./cnnrun.lua", "--", "cat", "/mine", cwd=where)
        self.assertEqual((r.code, r.out), (0, "built"), r.err)
        mine, other = races.image_id("built:1"), races.marked(self, "other:1")
        for name in mine[7:19] + ":latest", "sha256:" + mine[7:]:
            races.tag(other, name)
            r = self.attempt("./cnnrun.lua", "--", "cat", "/mine", cwd=where)
            self.assertEqual((r.code, r.out), (0, "built"), r.err)

    def test_by_id(self):
        """a reference by id or digest means that image, whatever bears the name"""
        mine, other = races.marked(self, "mine:1"), races.marked(self, "other:1")
        races.tag(other, "mine:2")
        self.profile(image=mine)
        r = self.attempt("./cnnrun.lua", "--", "cat", "/who")
        self.assertEqual((r.code, r.out), (0, "mine:1"), r.err)

    def test_steered(self):
        """cnn.run in a script, beside the loop: each run is of one image from its look to its end"""
        both = [races.marked(self, "other:1"), races.marked(self, "other:2")]
        races.tag(both[0], "round:1")
        self.write("cnnrun.lua", 'local cnn = require "cnnrun"\nreturn cnn.profile { setup = function(c)\n'
                   'for i = 1, 10 do local r = assert(cnn.run(cnn.container():image "round:1":command { "cat", "/who" }, '
                   '{ capture = true }))\nprint(r.stdout) end end, action = "none" }\n')
        with races.retagging("round:1", both, races.random.Random(2)):
            r = self.attempt("-v", "./cnnrun.lua")
        names = dict(zip(both, ("other:1", "other:2")))
        said = [names[line.rsplit(" ", 1)[1]] for line in r.err.splitlines() if "image round:1 is " in line]
        self.assertEqual([line for line in r.err.splitlines() if line.startswith("other:")], said, r.err)
        self.assertEqual(len(said), 10)


if __name__ == "__main__":
    kit.unittest.main()
