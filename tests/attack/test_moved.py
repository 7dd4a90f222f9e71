# SPDX-License-Identifier: MIT
"""Attempts to have another directory mounted than the one that was looked at."""
import os

import exchange
import moved


class Moved(moved.Moved):
    def test_directory(self):
        """a directory is a link while the engine starts the container, and itself before and after"""
        self.profile('c:mount(".", "/w")', 'c:mount("data", "/d")')
        self.assertMoved(self.launch(self.behind(self.data, self.link)))

    def test_readonly(self):
        """so it is for a mount that is read-only, with everything else the launch may ask for"""
        self.profile('c:mount(".", "/w")', 'c:mount("data", "/d", { readonly = true })',
                     'c:user "host"', 'c:workdir "/w"', 'c:network "none"')
        self.assertMoved(self.launch(self.behind(self.data, self.link)))

    def test_parent(self):
        """the directory above it is exchanged"""
        self.write("top/d/mine", "")
        os.makedirs(os.path.join(self.home, "d"), exist_ok=True)
        os.replace(self.secret, os.path.join(self.home, "d", "secret"))
        self.profile('c:mount(".", "/w")', 'c:mount("top/d", "/d")')
        self.assertMoved(self.launch(self.behind(self.path("top"), self.link)))

    def test_file(self):
        """a single file is exchanged for a link to another"""
        os.symlink(self.secret, self.path("file"))
        self.profile('c:mount(".", "/w")', 'c:mount("data/mine", "/d/secret")')
        self.assertMoved(self.launch(self.behind(self.path("data/mine"), self.path("file"))))

    def test_home(self):
        """the home that the project keeps is exchanged for the user's own"""
        self.profile('c:mount(".", "/w")', 'c:user "host"', 'c:home("data", { target = "/d" })')
        self.assertMoved(self.launch(self.behind(self.data, self.link)))

    def test_created(self):
        """a directory that the launch makes is exchanged as soon as it is there"""
        self.profile('c:mount(".", "/w")', 'c:mount("new", "/d", { create = true })')
        self.assertMoved(self.launch(self.behind(self.path("new"), self.link)))

    def test_created_elsewhere(self):
        """the directory above one that is to be made becomes a link before that"""
        self.write("top/mine", "")
        self.profile('c:mount(".", "/w")', 'c:mount("top/new", "/d", { create = true })')
        env = self.behind(self.path("top"), self.link, "GET .*/images/", back=False)
        r = self.launch(env)
        self.assertHeld(r, "mount " + self.path("top/new"))
        self.assertFalse(os.path.exists(self.proof))
        self.assertFalse(os.path.exists(os.path.join(self.home, "new")), "it was made in the home")

    def test_two_directories(self):
        """a directory that may only be read is exchanged for another, not for a link"""
        self.write("other/secret", "x")
        self.profile('c:mount(".", "/w")', 'c:mount("data", "/d", { readonly = true })')
        self.assertMoved(self.launch(self.behind(self.data, self.path("other"))))

    def test_detached(self):
        """a detached launch tells it as well"""
        self.profile('c:mount(".", "/w")', 'c:mount("data", "/d")', "c:detach()")
        self.assertMoved(self.launch(self.behind(self.data, self.link)))

    def test_kept(self):
        """nothing is kept of it either"""
        self.profile('c:mount(".", "/w")', 'c:mount("data", "/d")', "c:keep()")
        state = os.path.join(self.home, ".local/state/cnnrun/gate")
        others = os.listdir(state) if os.path.exists(state) else []
        self.assertMoved(self.launch(self.behind(self.data, self.link)))
        self.assertEqual(sorted(os.listdir(state)), sorted(others))

    def test_every_way_to_start(self):
        """as root, without an init, on a root that is read-only, privileged, with an entrypoint"""
        for call in ('c:user "root"', "c:init(false)", "c:readonly()", "c:privileged()",
                     'c:entrypoint { "env" }', 'c:tmpfs "/dev/shm/x"'):
            with self.subTest(call):
                self.profile('c:mount(".", "/w")', 'c:mount("data", "/d")', call)
                self.assertMoved(self.launch(self.behind(self.data, self.link), granted=True))
                self.proxy.end()

    def test_killed(self):
        """the launcher is killed before it heard that the container was started"""
        self.profile('c:mount(".", "/w")', 'c:mount("data", "/d")')
        env = self.behind(self.data, self.link)
        self.proxy.arm(exchange.START, "after")
        p = self.start_cnnrun("./cnnrun.lua", "--", "sh", "-c", self.READ, env=env, granted=False)
        self.assertTrue(self.proxy.reached.wait(60))
        p.kill()
        p.wait()
        self.proxy.release()
        self.assertNothingLeft(60)
        self.assertFalse(os.path.exists(self.proof), "the command ran")
