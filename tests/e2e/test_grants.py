# SPDX-License-Identifier: MIT
"""A profile from elsewhere does nothing to the host that the user did not grant."""
import json
import os
import shlex
import shutil
import subprocess
import tempfile

import kit
from pty_session import Session

HOSTILE = ('c:mount("/", "/host")', 'c:mount("%s", "/run/d.sock")' % kit.SOCKET,
           'c:network "host"', 'c:user "root"')
WORDS = ("control the container engine, and so the host: ", "write outside the project: /",
         "use the host's network", "be root in the container")


class Grants(kit.Case):
    uid = kit.USER

    def setUp(self):
        super().setUp()
        self.state = os.path.join(self.project, "state")  # a store of each test's own
        os.mkdir(self.state, 0o700)
        os.chown(self.state, self.uid, self.uid)
        self.env = {"XDG_STATE_HOME": self.state}

    def cnnrun(self, *words, env=None, **more):
        return self.run_cnnrun(*words, granted=False, env=dict(self.env, **(env or {})), **more)

    def run_it(self, *words, **more):
        return self.cnnrun("./cnnrun.lua", *words, "--", "echo", "ran", **more)

    def refused(self, r, *parts):
        self.assertEqual((r.code, r.out), (125, ""), r.err)
        self.assertEqual(len(r.err.splitlines()), 1, r.err)
        for part in parts:
            self.assertIn(part, r.err)
        return r.err.split("to allow it: ")[-1].strip()

    def ran(self, r):
        self.assertEqual((r.code, r.out), (0, "ran\n"), r.err)

    def session(self, *words):
        s = Session("./cnnrun.lua", *words, "--", "sh", "-c", "echo r$((6*7))n", uid=self.uid, cwd=self.project,
                    env=self.env, granted=False)
        self.addCleanup(s.close)
        return s

    def store(self):
        d = os.path.join(self.state, "cnnrun/grants")
        return [os.path.join(d, f) for f in os.listdir(d) if f.endswith(".json")]


class Asking(Grants):
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
        self.profile(*HOSTILE)
        line = self.refused(self.run_it(), *WORDS)
        self.assertEqual(line, "cnnrun allow ./cnnrun.lua -- echo ran")
        self.assertFalse(os.path.exists(os.path.join(self.state, "cnnrun")))

    def test_question(self):
        """on a terminal the list is shown; no answer but y means yes"""
        self.profile(*HOSTILE)
        for answer in "n\n", "\n", "\x04", "yesterday\n", "nyes\n":
            s = self.session()
            shown = s.expect("Allow this? [y/N] ")
            for words in WORDS:
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
        self.assertIn("cnnrun.lua is not as it was when you granted that", shown)
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
        self.assertIn("is not allowed to use the host's network; to allow it: cnnrun allow ./cnnrun.lua",
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
        for user, allowed in (("1001", True), ("1001:0", True), ("0", False), ("root", False),
                              ("0:0", False), ("00", False), ("daemon", False), ("5x", False)):
            r = self.cnnrun("./cnnrun.lua", "--user", user)
            if allowed:
                self.assertIn("uid 1001\n", r.err)
            else:
                self.assertIn("is not allowed to be root in the container; to allow it: "
                              "cnnrun allow ./cnnrun.lua --user=" + user, r.err)
        r = self.cnnrun("allow", "./cnnrun.lua", "--user", "root")
        self.assertIn("- be root", r.out, r.err)
        self.assertIn("uid 0\n", self.cnnrun("./cnnrun.lua", "--user", "0").err)


class Trust(Grants):
    def test_name_of_a_shipped_profile(self):
        """a project's own profiles/gui.lua is as foreign as any, also as a shipped one's base"""
        self.profile(*HOSTILE, name="profiles/gui.lua")
        self.refused(self.cnnrun("gui", "--", "true"), "control the container engine")
        self.refused(self.cnnrun("profiles/gui.lua", "--", "true"), "control the container engine")
        os.unlink(os.path.join(self.project, "profiles/gui.lua"))
        self.profile(*HOSTILE, name="profiles/shell.lua")
        self.refused(self.cnnrun("train", "--image", "busybox", "--", "true"),
                     "control the container engine")

    def test_copy(self):
        """the grant of a checkout is not that of its copy"""
        self.profile('c:network "host"')
        self.assertEqual(self.cnnrun("allow", "./cnnrun.lua").code, 0)
        self.ran(self.run_it())
        copy = os.path.join(self.project, "copy")
        os.mkdir(copy)
        shutil.copy(os.path.join(self.project, "cnnrun.lua"), copy)
        kit.tool("chown", "-R", "%d:%d" % (self.uid, self.uid), copy)
        self.refused(self.run_it(cwd=copy), "use the host's network")

    def test_link(self):
        """a link to a profile that was allowed elsewhere brings no grant along"""
        self.profile('c:network "host"')
        self.assertEqual(self.cnnrun("allow", "./cnnrun.lua").code, 0)
        self.ran(self.run_it())
        clone = os.path.join(self.project, "clone")
        os.makedirs(os.path.join(clone, ".git"))
        os.symlink("../cnnrun.lua", os.path.join(clone, "cnnrun.lua"))
        kit.tool("chown", "-hR", "%d:%d" % (self.uid, self.uid), clone)
        self.refused(self.run_it(cwd=clone), "use the host's network")

    def test_environment(self):
        """no variable makes a profile trusted"""
        self.profile('c:network "host"', name="more/net.lua")
        scripts = os.path.join(self.project, "scripts")
        shutil.copytree(os.path.join(kit.TOP, "scripts"), scripts)
        shutil.copy(os.path.join(self.project, "more/net.lua"), os.path.join(scripts, "profiles"))
        kit.tool("chown", "-R", "%d:%d" % (self.uid, self.uid), scripts)
        for name in "net", "profiles/net.lua":
            for env in ({"CNNRUN_PATH": os.path.join(self.project, "more")},
                        {"CNNRUN_SCRIPTS": scripts}):
                if name != "net" and "CNNRUN_PATH" in env:
                    continue
                self.refused(self.cnnrun(name, "--", "true", env=env), "use the host's network")

    def test_others(self):
        """what others may change, or own, is not run; the cure is named"""
        main = self.profile('require "lib"')
        lib = self.write("lib.lua", "return 1")
        self.ran(self.run_it())
        for path in main, lib, self.project:
            mode = os.stat(path).st_mode & 0o7777
            os.chmod(path, mode | 0o002)
            self.refused(self.run_it(), "changed by every user", "chmod go-w " + path)
            self.refused(self.cnnrun("allow", "./cnnrun.lua"), "chmod go-w")
            self.refused(self.cnnrun("build", "./cnnrun.lua"), "chmod go-w")
            self.assertIn("It is not run: ", self.cnnrun("plan", "./cnnrun.lua").out)
            os.chmod(path, mode | 0o020)  # its group is this user's own
            self.ran(self.run_it())
            os.chown(path, self.uid, 4)
            self.refused(self.run_it(), "changed by other users of its group")
            os.chmod(path, mode)
            self.ran(self.run_it())
            os.chown(path, 4, self.uid)
            self.refused(self.run_it(), "belongs to uid 4", "chown %d %s" % (self.uid, path))
            os.chown(path, 0, self.uid)
            self.ran(self.run_it())
            os.chown(path, self.uid, self.uid)

    def test_root(self):
        """root runs no profile of a user, but the one of the user behind sudo"""
        self.profile('c:user "1000:1000"')
        self.refused(self.run_it(uid=None), "belongs to uid 1000")
        self.ran(self.run_it(uid=None, env={"SUDO_UID": "1000"}))
        self.refused(self.run_it(uid=None, env={"SUDO_UID": "1001"}), "belongs to uid 1000")

    def test_link_of_the_project(self):
        """a shipped profile is trusted in what it says, not where links of a project lead it"""
        elsewhere = tempfile.mkdtemp(dir=kit.SCRATCH)
        os.chown(elsewhere, self.uid, self.uid)
        self.write("docker/Dockerfile", "FROM busybox\n")
        home = os.path.join(self.project, "docker/home")
        words = ["shell", "--image", "busybox"]
        echo = words + ["--", "echo", "ran"]
        self.ran(self.cnnrun(*echo))
        os.rmdir(home)
        os.symlink("../../" + os.path.basename(elsewhere), home)
        wish = "follow a link of the project and write outside the project: " + elsewhere
        line = self.refused(self.cnnrun(*echo), "not allowed to %s;" % wish)
        self.assertIn(wish + "  (not granted yet)\n", self.cnnrun("plan", *words).out)
        self.assertEqual(json.loads(self.cnnrun("plan", *words, "--json").out)["not_granted"],
                         [{"write": elsewhere, "by_link": True}])
        self.assertEqual(self.cnnrun("plan", "--diff", *words).out, "+ %s\n" % wish)
        self.assertIn("  - %s\n" % wish, self.cnnrun(*shlex.split(line)[1:]).out)
        self.ran(self.cnnrun(*echo))
        # what is to be made below a link; where none leads
        os.unlink(home)
        shutil.rmtree(os.path.join(self.project, "docker"))
        os.symlink(kit.DEMO, os.path.join(self.project, "docker"))
        self.refused(self.cnnrun(*echo), "follow a link of the project and write outside the project: "
                     + kit.DEMO + "/home;")
        os.unlink(os.path.join(self.project, "docker"))
        os.mkdir(os.path.join(self.project, "docker"))
        os.symlink(elsewhere + "/new", home)
        self.assertEqual((self.cnnrun(*echo).code, os.listdir(elsewhere)), (125, []))

    def test_no_seccomp(self):
        """a kernel without seccomp (stood in for by a filter that refuses it): shipped only"""
        self.profile()
        words = ["plan", "./cnnrun.lua"], ["plan", "shell", "--image", "busybox"]
        helper = os.path.join(kit.TOP, "tests/lib/no_seccomp.py")
        foreign, shipped = (subprocess.run(
            ["python3", helper, kit.CNNRUN] + w, cwd=self.project, env=kit.environment(self.uid),
            user=self.uid, group=self.uid, extra_groups=[], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, check=False) for w in words)
        self.assertEqual((foreign.returncode, foreign.stdout), (125, ""), foreign.stderr)
        self.assertIn("this kernel cannot confine it (no seccomp), so only the profiles that came "
                      "with cnnrun can be used", foreign.stderr)
        self.assertEqual(shipped.returncode, 0, shipped.stderr)
        self.assertIn("this kernel has no seccomp", shipped.stderr)
        self.profile(name="profiles/shell.lua")
        r = subprocess.run(["python3", helper, kit.CNNRUN, "plan", "gui"], cwd=self.project,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual((r.returncode, r.stdout), (125, ""))
        self.assertIn("cannot confine profiles/shell.lua", r.stderr)


class Store(Grants):
    def test_list_and_deny(self):
        """allow --list, its JSON, plan's marks, deny also of a file that is gone"""
        path = self.profile('c:network "host"', 'c:mount("/usr", "/u", { readonly = true })')
        self.assertIn("network  (not granted yet)", self.cnnrun("plan", "./cnnrun.lua").out)
        r = self.cnnrun("allow", "./cnnrun.lua")
        self.assertEqual(r.out, "%s is allowed to\n  - read outside the project: /usr\n"
                         "  - use the host's network\n" % path)
        self.assertIn("network  (granted)", self.cnnrun("plan", "./cnnrun.lua").out)
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
        self.assertEqual((r.code, r.out), (1, "~ %s\n- use the host's network\n"
                                           "+ write outside the project: /usr\n" % path))
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
