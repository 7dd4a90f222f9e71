# SPDX-License-Identifier: MIT
"""Images that are not here."""
import kit


class Pull(kit.Case):
    uid = kit.USER

    def test_fails(self):
        """a pull that fails names the image once, in one line"""
        self.profile(image="127.0.0.1:1/nosuch:1")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual((r.code, r.out), (125, ""))
        self.assertEqual(len(r.err.splitlines()), 1, r.err)
        self.assertEqual(r.err.count("pull 127.0.0.1:1/nosuch:1"), 1, r.err)
