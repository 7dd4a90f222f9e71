# SPDX-License-Identifier: MIT
"""The host's local time in the container."""
import kit


class Time(kit.Case):
    uid = kit.USER

    def offset(self, zone, **env):
        self.profile('c:timezone "%s"' % zone)
        r = self.run_cnnrun("./cnnrun.lua", "--", "date", "-d", "@1700000000", "+%H:%M", env=env)
        self.assertEqual(r.code, 0, r.err)
        return r.out.strip()

    def test_rules(self):
        """rules as in TZ are as good as a name, the host's and the profile's"""
        self.assertEqual(self.offset("host", TZ="XXX-5:30"), "03:43")
        self.assertEqual(self.offset("host", TZ="<+03>-3"), "01:13")
        self.assertEqual(self.offset("ABC3DEF,M3.2.0,M11.1.0"), "19:13")

    def test_no_zone(self):
        """what is neither a zone nor rules is said"""
        for bad in "Europe/Nowhere", "ABC", "<+03>", "CET-":
            self.profile('c:timezone "%s"' % bad)
            r = self.run_cnnrun("./cnnrun.lua", "--", "true")
            self.assertEqual(r.code, 125)
            self.assertIn("is the time zone's name right", r.err)
