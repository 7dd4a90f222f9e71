# SPDX-License-Identifier: MIT
"""Users that an image brings: by name, with one's own uid, and whose things in it are."""
import os

import image_kit
import kit
from box_kit import Box

NAME, SERVICE = "kit-users", "kit-service"
OWNER = "stat -c '%%u:%%g %%a' %s"


class Users(kit.Case):
    uid = kit.USER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        image_kit.load(NAME, users=[("app", 1234), ("vscode", 1500)],
                       directories=[("data", 1234), ("roots", 0)])
        image_kit.load(SERVICE, "USER app", users=[("app", 1234)])

    @classmethod
    def tearDownClass(cls):
        for name in NAME, SERVICE:
            image_kit.unload(name)
        super().tearDownClass()

    def told(self, *calls, script, image=NAME):
        self.profile(*calls, image=image)
        return self.shell(script)

    def refused(self, *calls, image=NAME):
        self.profile(*calls, image=image)
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        return r.err

    def volume(self, name):
        self.addCleanup(kit.engine.call, "DELETE", "/volumes/" + name)
        return name


class Names(Users):
    def test_name(self):
        """a user by name: numbers, name and home are the image's"""
        out = self.told('c:user("image", { name = "vscode" })', script="id -u; id -g; whoami; cd; pwd")
        self.assertEqual(out.split(), ["1500", "1500", "vscode", "/home/vscode"])

    def test_unknown(self):
        """one that is not there is named, in one line"""
        err = self.refused('c:user("image", { name = "nobody-here" })')
        self.assertIn("has no user nobody-here", err)
        self.assertEqual(len(err.splitlines()), 1, err)

    def test_plan(self):
        """the plan says who, in words and as docker's line"""
        self.profile('c:user("image", { name = "app" })', image=NAME)
        self.assertIn("user       the image's app", self.run_cnnrun("plan", "./cnnrun.lua").out)
        self.assertIn("--user app ", self.run_cnnrun("plan", "./cnnrun.lua", "--docker").out)

    def test_plan_owner(self):
        """whose a tmpfs will be is not made up"""
        for words, whose in (('"image"', "user"), ('"image", { name = "app" }', "app"),
                             ('"root", { becomes = "app" }', "app")):
            self.profile("c:user(%s)" % words, 'c:tmpfs "/t"', image=NAME)
            out = self.run_cnnrun("plan", "./cnnrun.lua", "--docker").out
            self.assertIn("# cnnrun also gives /t to the image's %s\n" % whose, out)
            self.assertIn("--tmpfs /t:mode=1777 ", out)
            self.assertNotIn('"uid":\t0\n', self.run_cnnrun("plan", "./cnnrun.lua", "--json").out)

    def test_misuse(self):
        """what does not go together says so"""
        for words, said in (('"host", { name = "x" }', 'unknown key "name"'),
                            ('"image", { uid = 1000 }', 'uid must be host'),
                            ('"image", { uid = "host", becomes = "host" }', "without becomes")):
            self.assertIn(said, self.refused("c:user(%s)" % words))


class YourUid(Users):
    LINE = 'c:user("image", { name = "vscode", uid = "host" })'

    def test_numbers(self):
        """the user's name and home, with one's own uid: what he makes is one's own"""
        out = self.told(self.LINE, 'c:mount(".", "/w")', 'c:workdir "/w"',
                        script="id -u; id -g; whoami; id -gn; echo $HOME; touch made")
        self.assertEqual(out.split(), ["1000", "1000", "vscode", "vscode", "/home/vscode"])
        self.assertEqual(image_kit.owner(os.path.join(self.project, "made")), (1000, 1000))

    def test_home(self):
        """the image's files in the home are the user's to read and change"""
        script = "cat ~/.kept; touch ~/new; %s; %s" % (OWNER % "~/.kept", OWNER % "/data")
        out = self.told(self.LINE, script=script)
        self.assertEqual(out.splitlines(), ["kept", "1000:1000 600", "1234:1234 755"])

    def test_once(self):
        """the home is given away once an image, and said; clean --images takes that back"""
        def homes():
            tags = [t for i in kit.engine.get("/images/json") for t in i["RepoTags"] or []]
            return {t for t in tags if t.startswith("cnnrun-home:")}
        self.profile(self.LINE, image=NAME)
        self.run_cnnrun("clean", "--images")
        others = homes()  # of other tests' users
        said = [self.run_cnnrun("./cnnrun.lua", "--", "true") for _ in range(2)]
        self.assertEqual([r.code for r in said], [0, 0], said[0].err)
        self.assertEqual(["giving /home/vscode" in r.err for r in said], [True, False])
        out = self.run_cnnrun("clean", "--images").out
        self.assertIn("cnnrun-home:", out)
        self.assertEqual(homes(), others)

    def test_no_right(self):
        """he is nobody but you: nothing has to be granted"""
        self.profile(self.LINE, image=NAME)
        r = self.run_cnnrun("./cnnrun.lua", "--", "true", granted=False)
        self.assertEqual(r.code, 0, r.err)

    def test_root(self):
        """root cannot have it"""
        self.assertIn("starts as root", self.refused('c:user("image", { uid = "host" })'))

    def test_own_home(self):
        """c:home is his home, and no image is made for it"""
        os.mkdir(os.path.join(self.project, "house"))
        os.chown(os.path.join(self.project, "house"), 1000, 1000)
        self.told(self.LINE, 'c:home "house"', script="touch ~/made")
        self.assertTrue(os.path.exists(os.path.join(self.project, "house/made")))


    def test_home_without_a_name(self):
        """where the profile does not say who he is, his home lies where yours does"""
        out = self.told('c:user("image", { uid = "host" })', 'c:home "house"', image=SERVICE,
                        script="touch ~/made; echo $HOME; whoami")
        home, name = out.split()
        self.assertEqual((os.path.dirname(home), name), ("/home", "app"))
        self.assertNotIn("app", home)
        self.assertYours("house/made")

    def assertYours(self, name):
        self.assertEqual(image_kit.owner(os.path.join(self.project, name)), (1000, 1000))


class YourBox(Box, Users):
    def test_unchanged(self):
        """a box whose home was given to you is no other image's, whatever that says of itself"""
        image_kit.load("kit-labelled", "LABEL cnnrun.base=sha256:" + "a" * 64, users=[("vscode", 1500)])
        self.addCleanup(image_kit.unload, "kit-labelled")
        self.addCleanup(self.remove_boxes)
        for image in NAME, "kit-labelled":
            self.profile("c:box()", YourUid.LINE, image=image)
            for _ in range(2):
                r = self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", "echo $USER $HOME; stat -c %u ~/.kept")
                self.assertEqual((r.code, r.out), (0, "vscode /home/vscode\n1000\n"), r.err)
                self.assertNotIn("changed", r.err)
            self.remove_boxes()
        self.profile("c:box()", 'c:user("image", { name = "vscode" })', image="kit-labelled")
        for _ in range(2):
            r = self.run_cnnrun("./cnnrun.lua", "--", "id", "-u")
            self.assertEqual((r.code, r.out), (0, "1500\n"), r.err)
            self.assertNotIn("changed", r.err)


class Owners(Users):
    """tmpfs, volumes: whose they are."""

    def test_tmpfs(self):
        """a tmpfs is the image's user's, whoever he is"""
        for user, image, owner in (('"image"', SERVICE, "1234:1234"), ('"image"', NAME, "0:0"),
                                   ('"image", { name = "app" }', NAME, "1234:1234"),
                                   ('"image", { becomes = "host" }', NAME, "1000:1000"),
                                   ('"root", { becomes = "app" }', NAME, "1234:1234"),
                                   ('"root", { becomes = 77 }', NAME, "77:0")):
            out = self.told("c:user(%s)" % user, 'c:tmpfs("/t", { mode = "0700" })', image=image,
                            script=OWNER % "/t")
            self.assertEqual(out.split(), [owner, "700"], user)

    def test_volume(self):
        """a new volume can be written by who will use it"""
        for i, (user, image) in enumerate((('"host"', NAME), ('"image"', SERVICE),
                                           ('"1234:1234"', NAME))):
            name = self.volume("kit-new-%d" % i)
            out = self.told("c:user(%s)" % user, 'c:volume("%s", "/var/new")' % name, image=image,
                            script="touch /var/new/made; id -u; id -g; " + OWNER % "/var/new")
            uid, gid, owner, _ = out.split()
            self.assertEqual(owner, uid + ":" + gid)

    def test_volume_of_the_image(self):
        """where the image has that directory its own user finds it as the image has it; you may
        write there too"""
        image, host = self.volume("kit-image"), self.volume("kit-host")
        line = 'c:volume("%s", "/roots")'
        out = self.told('c:user("image", { name = "app" })', line % image, script=OWNER % "/roots")
        self.assertEqual(out.split()[0], "0:0")
        out = self.told(line % host, script="touch /roots/made; " + OWNER % "/roots")
        self.assertEqual(out.split()[0], "1000:1000")

    def test_volume_that_was_there(self):
        """one that was there before stays as it is"""
        name = self.volume("kit-old")
        kit.engine.call("POST", "/volumes/create", {"Name": name})
        out = self.told('c:volume("%s", "/old")' % name, script=OWNER % "/old")
        self.assertEqual(out.split()[0], "0:0")

    def test_volume_in_project(self):
        """one within a mount of the project, as node_modules is: the project stays untouched"""
        name = self.volume("kit-modules")
        self.told('c:mount(".", "/w")', 'c:volume("%s", "/w/modules")' % name,
                  script="touch /w/modules/made")
        self.assertEqual(image_kit.owner(os.path.join(self.project, "modules")), (1000, 1000))
        self.assertEqual(os.listdir(os.path.join(self.project, "modules")), [])
