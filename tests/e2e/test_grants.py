# SPDX-License-Identifier: MIT
"""A profile from elsewhere does nothing to the host that the user did not grant."""
import os
import shlex

import grants
import kit


class Asking(grants.Grants):
    def test_build(self):
        """what a build reads elsewhere, and its network, have to be allowed as well"""
        self.profile('c:build { tag = "kit-grants", context = "/usr/share/doc", network = "host" }',
                     image=None)
        for words in ("build", "./cnnrun.lua"), ("./cnnrun.lua", "--", "true"):
            self.refused(self.cnnrun(*words),
                         "read outside the project: /usr/share/doc (to build the image)",
                         "use the host's network while the image is built")
        self.assertIn("use the host's network while the image is built",
                      self.cnnrun("plan", "./cnnrun.lua").out)

    def test_hostile_clone(self):
        """/, the engine's socket, the host's network and root: refused, with the line to type"""
        self.profile(*grants.HOSTILE)
        line = self.refused(self.run_it(), *grants.WORDS)
        self.assertEqual(line, "cnnrun allow ./cnnrun.lua -- echo ran")
        self.assertFalse(os.path.exists(os.path.join(self.state, "cnnrun")))

    def test_question(self):
        """on a terminal the list is shown; no answer but y means yes"""
        self.profile(*grants.HOSTILE)
        for answer in "n\n", "\n", "\x04", "yesterday\n", "nyes\n":
            s = self.session()
            shown = s.expect("Allow this? [y/N] ")
            for words in grants.WORDS:
                self.assertIn("- " + words, shown)
            self.assertIn(os.path.join(self.project, "cnnrun.lua"), shown)
            s.send(answer)
            self.assertEqual(s.wait(), 125, answer)
            self.assertNotIn("r42n", s.seen)
        s = self.session()
        s.expect("Allow this? [y/N] ")
        s.send("\x03")
        self.assertNotEqual(s.wait(), 0)
        s = self.session()
        s.expect("Allow this? [y/N] ")
        s.send("y\n")
        s.expect("r42n")
        self.assertEqual(s.wait(), 0)
        s = self.session()
        self.assertNotIn("Allow", s.expect("r42n"))
        self.assertEqual(s.wait(), 0)

    def test_less_and_more(self):
        """after allow less runs, and more asks again with what grew alone"""
        self.profile('c:mount("/usr", "/u")', 'c:network "host"')
        self.assertEqual(self.cnnrun("allow", "./cnnrun.lua").code, 0)
        self.ran(self.run_it())
        self.profile('c:mount("/usr/share", "/u", { readonly = true })')
        self.ran(self.run_it())
        self.profile('c:mount("/usr", "/u")', 'c:network "host"', 'c:mount("/etc", "/e")')
        line = self.refused(self.run_it(), "not allowed to write outside the project: /etc;")
        self.assertNotIn("network", line)
        s = self.session()
        shown = s.expect("Allow this? [y/N] ")
        self.assertIn("- write outside the project: /etc", shown)
        self.assertNotIn("network", shown)
        self.assertNotIn("/usr", shown)
        self.assertIn("2 more are granted already", shown)
        self.assertIn("cnnrun.lua is not as it was when you granted that", " ".join(shown.split()))
        s.send("y\n")
        self.assertEqual(s.wait(), 0)
        self.ran(self.run_it())

    def test_no_question_while_typing_ahead(self):
        """what was typed before the question is no answer"""
        self.profile('c:network "host"')
        s = self.session()
        s.send("y\n")
        s.expect("Allow this? [y/N] ")
        s.send("n\n")
        self.assertEqual(s.wait(), 125)

    def test_escapes(self):
        """what a profile names cannot steer the terminal"""
        os.mkdir(os.path.join(self.project, "out\033[2K"))
        self.profile('c:mount("%s/../%s/out\\27[2K", "/x")' % (self.project, os.path.basename(
            self.project)), 'c:mount("/usr", "/u")', 'c:image "busybox"')
        s = self.session()
        self.assertNotIn("\033[2K", s.expect("Allow this?"))
        s.send("n\n")
        s.wait()

    def test_nothing_to_grant(self):
        """a profile that stays within its project runs free"""
        self.profile('c:mount(".", "/w")')
        self.ran(self.run_it())
        r = self.cnnrun("allow", "./cnnrun.lua")
        self.assertEqual((r.code, r.out), (0, ""))
        self.assertIn("nothing that needs a grant", r.err)

    def test_options(self):
        """an option that widens asks; the line that is named grants just this"""
        self.profile('if opt.net then c:network(opt.net) end', 'if opt.rw then c:mount("/usr", "/u") end',
                     options='net = { short = "n", about = "n" }, rw = { type = "boolean", about = "r" }')
        self.ran(self.run_it())
        line = self.refused(self.run_it("-n", "host", "-e", "SECRET=x y"), "use the host's network")
        self.assertNotIn("SECRET", line)
        words = shlex.split(line)
        self.assertEqual(words[:4], ["cnnrun", "allow", "./cnnrun.lua", "--net=host"])
        self.assertEqual(self.cnnrun(*words[1:]).code, 0)
        self.ran(self.run_it("-n", "host"))
        self.refused(self.run_it("-n", "host", "--rw"), "write outside the project: /usr")

    def test_script(self):
        """cnn.run is refused with the reason as its second result; allow records and grants"""
        self.write("cnnrun.lua", """local cnn = require "cnnrun"
        return cnn.profile { about = "s", setup = function(c)
            c:image "busybox" c:command { "echo", "ran" } c:network "host"
            local r, why, code = cnn.run(c, { capture = true })
            print(r and r.stdout or why, code)
            c:network "none"
        end }""")
        r = self.cnnrun("./cnnrun.lua")
        self.assertIn("is not allowed to use the host's network, its loopback and "
                      "abstract sockets (X's too); to allow it: cnnrun allow ./cnnrun.lua",
                      r.err)
        self.assertIn("\t125\n", r.err)
        r = self.cnnrun("allow", "./cnnrun.lua")
        self.assertIn("- use the host's network", r.out)
        r = self.cnnrun("./cnnrun.lua")
        self.assertEqual((r.code, r.out), (0, "ran\n"))
        self.assertIn("ran\n", r.err)

    def test_exec(self):
        """cnn.exec as root, or as a name that may be root's, needs the grant of root"""
        self.profile('c:name "kit-box"', 'c:detach()', name="box.lua")
        self.assertEqual(self.cnnrun("./box.lua", "--", "sleep", "1000").code, 0)
        self.addCleanup(kit.engine.remove, "kit-box")
        self.write("cnnrun.lua", """local cnn = require "cnnrun"
        return cnn.profile { about = "s", action = "none", options = { user = { about = "u" } }, setup = function(c, opt)
            local r, why = cnn.exec("kit-box", { "id", "-u" }, { capture = true, user = opt.user })
            print(r and "uid " .. r.stdout or why)
        end }""")
        for user in "1000", "1000:1000", "65534":
            self.assertIn("uid %s\n" % user[:5].rstrip(":"), self.cnnrun("./cnnrun.lua", "--user", user).err)
        for user in "0", "root", "0:0", "00", "daemon", "5x":
            self.assertIn("is not allowed to be root in the container; to allow it: "
                          "cnnrun allow ./cnnrun.lua --user=" + user,
                          self.cnnrun("./cnnrun.lua", "--user", user).err)
        r = self.cnnrun("allow", "./cnnrun.lua", "--user", "root")
        self.assertIn("- be root", r.out, r.err)
        self.assertIn("uid 0\n", self.cnnrun("./cnnrun.lua", "--user", "0").err)
