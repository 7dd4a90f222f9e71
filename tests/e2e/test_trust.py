# SPDX-License-Identifier: MIT
"""Whose profiles are run, and whose need grants."""
import json
import os
import shlex
import shutil
import subprocess
import tempfile

import grants
import kit


class Trust(grants.Grants):
    def test_name_of_a_shipped_profile(self):
        """a project's own profiles/gui.lua is as foreign as any, also as a shipped one's base"""
        self.profile(*grants.HOSTILE, name="profiles/gui.lua")
        self.refused(self.cnnrun("gui", "--", "true"), "control the container engine")
        self.refused(self.cnnrun("profiles/gui.lua", "--", "true"), "control the container engine")
        os.unlink(os.path.join(self.project, "profiles/gui.lua"))
        self.profile(*grants.HOSTILE, name="profiles/shell.lua")
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
            self.refused(self.run_it(), "belongs to uid 4",
                         ("cnnrun allow --directory %s" if path == self.project else
                          "chown 1000 %s") % path)
            os.chown(path, 0, self.uid)
            self.ran(self.run_it())
            os.chown(path, self.uid, self.uid)

    def test_root(self):
        """root runs no profile of a user, but the one of the user behind sudo"""
        self.profile('c:user "1000:1000"')
        self.refused(self.run_it(uid=None), "belongs to uid 1000")
        self.ran(self.run_it(uid=None, env={"SUDO_UID": "1000"}))
        self.refused(self.run_it(uid=None, env={"SUDO_UID": "1001"}), "belongs to uid 1000")

    def test_directory(self):
        """a directory is trusted by its real name, once, whatever else its list says"""
        config = tempfile.mkdtemp(dir=kit.SCRATCH)
        os.chown(config, self.uid, self.uid)
        env = {"XDG_CONFIG_HOME": config}
        file = os.path.join(config, "cnnrun/safe-directories")
        os.mkdir(os.path.join(self.project, "a b"))
        os.symlink("a b", os.path.join(self.project, "link"))
        for name in "a b", "link", "./a b/", self.project + "/link":
            self.assertEqual(self.cnnrun("allow", "--directory", name, env=env).code, 0)
        with open(file) as f:
            self.assertEqual(f.read(), self.project + "/a b\n")
        with open(file, "w") as f:
            f.write("# mine")
        self.assertEqual(self.cnnrun("allow", "--directory", self.project + "/*", env=env).code, 0)
        with open(file) as f:
            self.assertEqual(f.read(), "# mine\n%s/*\n" % self.project)
        self.assertIn("/none: No such file", self.cnnrun("allow", "--directory", "none", env=env).err)
        for words in ("--directory",), ("--directory", "a", "b"), ("./cnnrun.lua", "--directory", "a"):
            self.profile()
            r = self.cnnrun("allow", *words, env=env)
            self.assertEqual((r.code, len(r.err.splitlines())), (2, 1), r.err)

    def test_link_of_the_project(self):
        """a shipped profile is trusted in what it says, not where links of a project lead it"""
        elsewhere = tempfile.mkdtemp(dir=kit.SCRATCH)
        os.chown(elsewhere, self.uid, self.uid)
        self.write(".git/HEAD", "")
        home = os.path.join(self.project, "docker/home")
        words = ["shell", "--image", "busybox"]
        echo = words + ["--", "echo", "ran"]
        self.ran(self.cnnrun(*echo))
        shutil.rmtree(home)
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
