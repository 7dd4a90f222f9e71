# SPDX-License-Identifier: MIT
"""Images as they were made, on Podman: root's, and an ordinary user's, who can map users."""
import os

import image_kit
import kit
import podman

LINE = 'c:user("image", { name = "vscode", uid = "host" })'


class Rootful(podman.Service):
    uid = kit.USER
    maps = False

    def setUp(self):
        super().setUp()
        image_kit.load("users", to=self.words(), users=[("app", 1234), ("vscode", 1500)])
        image_kit.load("gosu", 'ENTRYPOINT ["/entry"]', to=self.words(), users=[("app", 1234)],
                       directories=[("data", 0)], entrypoint=image_kit.ENTRYPOINT % {"user": "app"})

    def launch(self, *calls, image="users", words=(), script=""):
        self.profile('c:network "none"', *calls, image=image)
        return self.podman_run("./cnnrun.lua", "--", *(words or ("sh", "-c", script)))

    def told(self, *calls, **more):
        r = self.launch(*calls, **more)
        self.assertEqual(r.code, 0, r.err)
        return r.out.split()

    def test_rights(self):
        """an entrypoint of root's that chowns and changes user; without docker's rights the hint"""
        self.assertEqual(self.told('c:user "image"', 'c:rights "docker"', image="gosu", words=("id", "-u")), ["1234"])
        r = self.launch('c:user "image"', image="gosu", words=("id", "-u"))
        self.assertIn('add c:rights "docker"', r.err)

    def test_name(self):
        """a user of the image by name"""
        self.assertEqual(self.told('c:user("image", { name = "vscode" })', script="id -u; whoami; cd; pwd"),
                         ["1500", "vscode", "/home/vscode"])

    def test_your_uid(self):
        """that user as you: mapped where the engine can, without another image; the files are yours"""
        out = self.told(LINE, 'c:mount(".", "/w")', script="id -u; whoami; cat ~/.kept; touch ~/x /w/made")
        self.assertEqual(out, ["1500" if self.maps else str(self.uid), "vscode", "kept"])
        self.assertEqual(image_kit.owner(os.path.join(self.project, "made")), (self.uid, self.uid))
        tags = [t for i in self.podman.get("/images/json") for t in i["RepoTags"] or [] if "cnnrun-home" in t]
        self.assertEqual(bool(tags), not self.maps)

    def test_volume(self):
        """a new volume is that of who will use it"""
        out = self.told('c:user("image", { name = "app" })', 'c:volume("of-app", "/var/new")',
                        script="touch /var/new/x; stat -c %u /var/new")
        self.assertEqual(out, ["1234"])


class Rootless(podman.Rootless, Rootful):
    maps = True
