# SPDX-License-Identifier: MIT
"""Attempts to have something noted of an image that is not the image's."""
import hashlib
import os
import shutil

import attack
import images
import kit
import podman

NAME = "kit-notes"
EVIL = "evil:x:0:0::/:/bin/evil\n"


class Notes(attack.Attack):
    def setUp(self):
        super().setUp()
        self.cache = os.path.join(kit.environment(self.uid)["HOME"], ".cache")
        shutil.rmtree(self.cache, True)
        self.addCleanup(shutil.rmtree, self.cache, True)
        self.notes = os.path.join(self.cache, "cnnrun/images")
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % NAME)
        images.load(images.tar(self.project), NAME)
        self.write("e/passwd", EVIL)
        self.write("e/group", EVIL)
        self.write("e/readme", "")

    def run_with(self, *calls, script="true"):
        self.profile('c:user { uid = 1000, name = "bob" }', *calls, image=NAME)
        return self.run_cnnrun("./cnnrun.lua", "--", "sh", "-c", script)

    def assertHonest(self):
        """A launch that mounts nothing there knows nothing of it."""
        r = self.run_with(script="cat /etc/passwd /etc/group; id -un")
        self.assertEqual(r.code, 0, r.err)
        self.assertNotIn("evil", r.out)
        self.assertIn("bob", r.out)

    def test_mount(self):
        """by a mount over /etc"""
        self.run_with('c:mount("e", "/etc")')
        self.assertHonest()

    def test_readonly_mount(self):
        """by a read-only one"""
        self.run_with('c:mount("e", "/etc", { readonly = true })')
        self.assertHonest()

    def test_files(self):
        """by mounts over the two files"""
        r = self.run_with('c:mount("e/passwd", "/etc/passwd")', 'c:mount("e/group", "/etc/group")',
                          script="cat /etc/passwd")
        self.assertEqual((r.code, r.out), (0, EVIL), r.err)  # it is what the profile asked for
        self.assertHonest()

    def test_root(self):
        """by one for whom nothing is mounted from the launch"""
        for more in 'c:capability "SETUID"', "c:privileged()", "c:keep()":
            r = self.run_with('c:mount("e", "/etc")', 'c:name "kit-notes"', more)
            kit.engine.remove(NAME)
            self.assertHonest()
            self.assertNotIn("unknown", r.err)

    def test_volume(self):
        """by a volume at /etc, filled before"""
        self.addCleanup(kit.engine.call, "DELETE", "/volumes/" + NAME)
        self.run_with('c:user "root"', 'c:mount("e", "/e")', 'c:volume("%s", "/v")' % NAME,
                      script="cat /e/passwd > /v/passwd; cat /e/passwd > /v/group")
        for more in "", "c:keep()":
            self.run_with('c:volume("%s", "/etc")' % NAME, 'c:name "kit-notes"', more)
            kit.engine.remove(NAME)
            self.assertHonest()

    def test_other_image(self):
        """by another image that has the same name for a moment"""
        self.assertHonest()
        self.write("e/passwd", "")
        images.load(images.tar(self.project, alias="/etc"), NAME)
        self.run_with('c:mount("e", "/alias")')
        images.load(images.tar(self.project), NAME)
        self.assertHonest()

    def forge(self, change):
        """Each note becomes another's words, in a form that would be believed."""
        self.assertHonest()
        self.assertTrue(os.listdir(self.notes))
        for name in os.listdir(self.notes):
            sealed = len(name) == 64
            seal = hashlib.sha256(name.encode() + b"\0" + EVIL.encode()).hexdigest() if sealed else ""
            path = os.path.join(self.notes, name)
            with open(path, "w") as f:
                f.write(seal + EVIL)
            change(path)
        self.assertHonest()

    def test_note_is_a_link(self):
        """a note that is a link"""
        def change(path):
            os.rename(path, path + ".away")
            os.symlink(path + ".away", path)
        self.forge(change)

    def test_note_of_others(self):
        """a note that another user could write, or that is another user's"""
        self.forge(lambda path: os.chmod(path, 0o666))
        self.forge(lambda path: os.chown(path, 1001, 1001))

    def test_directory_of_others(self):
        """a directory of notes that another user could write"""
        self.forge(lambda path: os.chmod(self.notes, 0o777))

    def test_directory_is_a_link(self):
        """a directory of notes that is a link to another user's"""
        def change(_):
            if not os.path.islink(self.notes):
                os.rename(self.notes, self.notes + ".away")
                os.symlink(self.notes + ".away", self.notes)
        self.assertHonest()
        names = os.listdir(self.notes)
        self.forge(lambda path: change(path) if os.path.basename(path) == sorted(names)[-1] else None)

    def test_damaged(self):
        """notes that were cut short, or in which a byte was changed"""
        for damage in lambda b: b"", lambda b: b[:len(b) // 2], lambda b: EVIL.encode() + b, lambda b: b"\0" * 99:
            self.assertHonest()
            for name in os.listdir(self.notes):
                path = os.path.join(self.notes, name)
                with open(path, "rb") as f:
                    text = f.read()
                with open(path, "wb") as f:
                    f.write(damage(text))
            r = self.run_with(script="cat /etc/passwd")
            self.assertNotIn("evil", r.out)
            self.assertEqual(r.code, 0, r.err)


class OtherEngine(podman.Service, attack.Attack):
    def test_other_engine(self):
        """one engine says that /etc of the image is no link, which it is with another"""
        images.load(images.tar(self.project, etc="/data"), NAME)
        self.addCleanup(kit.engine.call, "DELETE", "/images/%s?force=1" % NAME)
        saved = os.path.join(self.dir, "saved.tar")
        kit.tool("docker", "-H", "unix://" + kit.SOCKET, "save", "-o", saved, NAME)
        self.tool("load", "-i", saved)
        self.assertEqual(self.podman.get("/images/%s/json" % NAME)["Id"][-64:],
                         kit.engine.get("/images/%s/json" % NAME)["Id"][-64:])
        self.write("data/x", "")
        self.profile('c:mount("data", "/data")', 'c:user { uid = 1000, name = "bob" }', image=NAME)
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        self.assertHeld(self.podman_run("./cnnrun.lua", "--", "true"), "symbolic link at /etc")
        self.assertEqual(os.listdir(os.path.join(self.project, "data")), ["x"])
