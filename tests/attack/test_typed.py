# SPDX-License-Identifier: MIT
"""Attempts to make more of what a user types than was typed."""
import os

import attack


class Typed(attack.Attack):
    """Before, --gpus, --network, --user and --env-file were unknown options."""

    def refused(self, *words, env=None):
        r = self.attempt("./cnnrun.lua", *words, "--", "sh", "-c", "echo $MY_TOKEN; cat /s/secret", env=env)
        self.assertHeld(r, "not allowed to")
        return r.err

    def test_user(self):
        """a profile that wants more, where the user typed who it runs as"""
        for call, said in (('c:mount("%s", "/s")' % os.path.dirname(self.secret), "outside the project"),
                           ('c:capability "SYS_ADMIN"', "SYS_ADMIN"), ("c:privileged()", ""),
                           ('c:user("host", { groups = { "disk" } })', None)):
            self.profile(call)
            if said is None: # groups are the profile's word of a user who is not his any more
                self.assertEqual(self.rights("./cnnrun.lua", "--user", "root"), ["be root in the container  (as you typed)"])
            else:
                self.assertIn(said, self.refused("--user", "root"))

    def test_root_for_others(self):
        """a service that is root, where the user typed that of the main container"""
        self.profile('c:service("x", function(s) s:image "busybox"; s:user "root" end)')
        self.assertIn("root", self.refused("--user", "host"))

    def test_network(self):
        """the host's processes and memory, where the user typed its network"""
        self.profile('c:pid "host"', 'c:ipc "host"')
        self.refused("--network", "host")

    def test_gpus(self):
        """device variables and device nodes, where the user typed GPUs"""
        self.profile('c:env("NVIDIA_GDS", "enabled")')
        self.refused("--gpus", "all")
        self.profile('c:device "/dev/full"')
        self.refused("--gpus", "none")

    def test_right(self):
        """more, or a later run, where the user typed one right"""
        kept = os.path.join(os.path.dirname(self.secret), "kept")
        os.makedirs(kept, exist_ok=True)
        os.chown(kept, self.uid, self.uid)
        self.profile('c:mount("%s", "/s")' % kept)
        self.refused("--right", "read=" + kept)
        self.refused("--right", "write=" + kept + "/deeper")
        r = self.attempt("./cnnrun.lua", "--right", "write=" + kept, "--", "true")
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(self.attempt("./cnnrun.lua", "--right", "nothing", "--", "true").code, 2)
        self.refused()

    def test_env_file_passes(self):
        """a repository's file of variables that names one of the user's own"""
        self.profile()
        self.write("vars", "A=1\nMY_TOKEN\n")
        said = self.refused("--env-file", "vars", env={"MY_TOKEN": attack.SECRET})
        self.assertIn("MY_TOKEN", said)

    def test_env_file_link(self):
        """a repository's file of variables that is a link to the user's"""
        self.profile()
        with open(self.secret, "w") as f:
            f.write("KEY=x")
        os.symlink(self.secret, os.path.join(self.project, "vars"))
        self.assertIn("follow a link of the project", self.refused("--env-file", "vars"))

    def test_network_of_a_script(self):
        """a script that starts its container itself, where the user typed that it has no network"""
        for action in "run", "none":
            self.write("cnnrun.lua", 'local cnn = require "cnnrun"\nreturn cnn.profile { action = "%s",\n'
                       'setup = function(c) c:image "busybox" c:user "host" c:command { "ls", "/sys/class/net" }\n'
                       'cnn.run(c)\nlocal r = cnn.start(c, { capture = true }):wait() print(r.stdout) end }\n' % action)
            r = self.attempt("./cnnrun.lua", "--network", "none")
            self.assertEqual((r.code, set((r.out + r.err).split())), (0, {"lo"}), r.err)

    def test_option_of_the_profile(self):
        """a profile that takes the word with which the user confines it"""
        self.profile(options='network = { about = "x" }')
        self.assertHeld(self.attempt("./cnnrun.lua", "--network", "none", "--", "true"), "cnnrun's own --network")
        self.profile(options='x = { short = "n" }, host = {}')
        self.assertHeld(self.attempt("./cnnrun.lua", "--host", "x", "--", "true"), "cnnrun's own --host")

    def test_no_grant(self):
        """typing once is no grant: the next run asks"""
        self.profile('c:user "root"')
        r = self.attempt("./cnnrun.lua", "--user", "root", "--", "id", "-u")
        self.assertEqual((r.code, r.out), (0, "0\n"), r.err)
        self.assertHeld(self.attempt("./cnnrun.lua", "--", "true"), "not allowed to be root")
