# SPDX-License-Identifier: MIT
"""The host's local time in the container."""
import image_kit
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

# What images have there: nothing, a link as distributions make it, whether or not there are zones.
LOCALTIME = {"none": (), "dangling": (("etc/localtime", "/usr/share/zoneinfo/Etc/UTC"),),
             "relative": (("etc/localtime", "../no/such/file"),),
             "chain": (("etc/localtime", "zone"), ("etc/zone", "/no/such/file"))}
WAYS = (), ("c:readonly()",), ('c:user "root"',), ('c:rights "docker"',), ("c:init(false)",)


class Images(kit.Case):
    """Images without a file of zones, and with a link to none."""
    uid = kit.USER

    def time_in(self, name, *calls, changes=()):
        image_kit.load("zones-" + name, *changes, links=LOCALTIME[name])
        self.addCleanup(image_kit.unload, "zones-" + name)
        self.profile(*calls, image="zones-" + name)
        return self.told()

    def told(self):
        r = self.run_cnnrun("./cnnrun.lua", "--", "date", "-d", "@1700000000", "+%H:%M %Z")
        self.assertEqual(r.code, 0, r.err)
        return r.out.strip()

    def test_every_image(self):
        """local time is right whatever the image has at /etc/localtime"""
        for name in LOCALTIME:
            for way in WAYS:
                with self.subTest(name, way=way):
                    self.assertEqual(self.time_in(name, 'c:timezone "Asia/Tokyo"', *way), "07:13 JST")

    def test_the_images_variable(self):
        """what the profile asks for counts more than the image's TZ, its own variable most"""
        changes = ("ENV TZ=America/New_York",)
        self.assertEqual(self.time_in("dangling", 'c:timezone "Asia/Tokyo"', changes=changes), "07:13 JST")
        self.assertEqual(self.time_in("none", 'c:timezone "ABC-2"', changes=changes), "00:13 ABC")
        self.profile('c:timezone "Asia/Tokyo"', 'c:env("TZ", "XYZ-1")', image="zones-none")
        self.assertEqual(self.told(), "23:13 XYZ")
