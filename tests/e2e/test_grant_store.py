# SPDX-License-Identifier: MIT
"""What is granted is listed, taken back, and safe where it is kept."""
import json
import os

import grants


class Store(grants.Grants):
    def test_list_and_deny(self):
        """allow --list, its JSON, plan's marks, deny also of a file that is gone"""
        path = self.profile('c:network "host"', 'c:mount("/usr", "/u", { readonly = true })')
        self.assertIn("too)  (not granted yet)", self.cnnrun("plan", "./cnnrun.lua").out)
        r = self.cnnrun("allow", "./cnnrun.lua")
        self.assertEqual(r.out, "%s is allowed to\n  - read outside the project: /usr\n"
                         "  - %s\n" % (path, grants.HOST_NETWORK))
        self.assertIn("too)  (granted)", self.cnnrun("plan", "./cnnrun.lua").out)
        self.assertEqual(json.loads(self.cnnrun("plan", "./cnnrun.lua", "--json").out)["not_granted"], [])
        r = self.cnnrun("plan", "./cnnrun.lua", "--diff")
        self.assertEqual((r.code, r.out), (0, ""))
        self.assertTrue(self.cnnrun("allow", "--list").out.startswith(path + "  "))
        self.assertEqual(self.cnnrun("allow", "./cnnrun.lua", "--list").code, 2)
        [entry] = json.loads(self.cnnrun("allow", "--list", "--json").out)
        self.assertEqual((entry["path"], entry["rights"]), (path, [{"read": "/usr"}, {"host_network": True}]))
        self.assertEqual([oct(os.stat(f).st_mode & 0o7777) for f in self.store()], ["0o600"])
        self.profile('c:mount("/usr", "/u")')
        r = self.cnnrun("plan", "./cnnrun.lua", "--diff")
        self.assertEqual((r.code, r.out), (1, "~ %s\n- %s\n+ write outside the project: /usr\n"
                                           % (path, grants.HOST_NETWORK)))
        os.rename(path, path + ".gone")
        self.assertIn("the file is gone", self.cnnrun("allow", "--list").out)
        self.assertEqual(self.cnnrun("deny", path).code, 0)
        self.assertEqual(self.store(), [])
        os.rename(path + ".gone", path)
        self.refused(self.run_it(), "not allowed")
        self.assertEqual(self.cnnrun("deny").code, 125)
        self.cnnrun("allow", "./cnnrun.lua")
        self.assertEqual(self.cnnrun("deny", "--all").code, 0)
        self.assertEqual(self.store(), [])

    def test_shipped(self):
        """what came with cnnrun is listed as there, installed or not"""
        os.makedirs(os.path.join(self.project, "docker"))
        with open(os.path.join(self.project, "docker/Dockerfile"), "w") as f:
            f.write("FROM busybox\n")
        r = self.cnnrun("allow", "shell")
        self.assertEqual(r.code, 0, r.err)
        out = self.cnnrun("allow", "--list").out
        self.assertIn("profiles/shell.lua", out)
        self.assertNotIn("the file is gone", out)
        [entry] = json.loads(self.cnnrun("allow", "--list", "--json").out)
        self.assertTrue(entry["exists"])

    def test_damage(self):
        """a grant that is damaged, a link or of others is none, and says so"""
        self.profile('c:network "host"')
        self.cnnrun("allow", "./cnnrun.lua")
        [path] = self.store()
        with open(path) as f:
            text = f.read()

        def write(content, mode=0o600, owner=self.uid):
            os.unlink(path)
            with open(path, "w") as f:
                f.write(content)
            os.chmod(path, mode)
            os.chown(path, owner, owner)

        def none(reason):
            r = self.run_it()
            self.assertEqual(r.code, 125)
            self.assertIn(reason, r.err.splitlines()[0])
            self.assertIn("it counts as no grant", r.err.splitlines()[0])

        write(text[:-9])
        none("JSON")
        write(text.replace("cnnrun.lua", "other.lua"))
        none("is of another profile")
        write(text, mode=0o622)
        none("can be changed by other users")
        write(text, owner=0)
        os.chmod(path, 0o644)
        none("belongs to uid 0")
        os.rename(path, path + ".real")
        os.symlink(path + ".real", path)
        none("is a symbolic link")
        self.assertEqual(self.cnnrun("allow", "./cnnrun.lua").code, 0)
        self.ran(self.run_it())
        os.chmod(os.path.dirname(path), 0o777)
        none("can be changed by other users")

    def test_first_form(self):
        """what an older cnnrun kept as sentences counts; what they leave open is asked for again"""
        path = self.profile('c:network "host"')
        self.cnnrun("allow", "./cnnrun.lua")
        [file] = self.store()
        old = {"version": 1, "path": path, "project": self.project, "when": 1, "files": {},
               "can": ["use the host's network"]}
        lost = "read outside the project: /x (to build the image)"
        for can, said in ([], ""), ([lost], "what is missing is asked for again"):
            with open(file, "w") as f:
                json.dump(dict(old, can=old["can"] + can), f)
            r = self.run_it()
            self.ran(r)
            self.assertEqual(len(r.err.splitlines()), len(can), r.err)
            self.assertIn(said, r.err)
        self.cnnrun("allow", "./cnnrun.lua")
        with open(file) as f:
            self.assertEqual(json.load(f)["version"], 2)
        self.assertEqual(self.run_it().err, "")

    def test_unwritable(self):
        """a home that cannot be written: said, with the path; a yes holds for this run"""
        self.profile('c:network "host"')
        os.chown(self.state, 0, 0)
        os.chmod(self.state, 0o755)
        self.refused(self.cnnrun("allow", "./cnnrun.lua"), "the grant cannot be kept", self.state,
                     "is the home directory there, and writable?")
        s = self.session()
        s.expect("Allow this? [y/N] ")
        s.send("y\n")
        self.assertIn("it holds for this run", s.expect("r42n"))
        self.assertEqual(s.wait(), 0)
