# SPDX-License-Identifier: MIT
"""Attempts on boxes: to be taken for one, to have one start with something else mounted, to
have it reach further than it was granted."""
import os
import shutil
import subprocess

import attack
import kit
from box_kit import Box
from engine_api import engine


class Boxes(Box, attack.Attack):
    def make(self, *calls):
        self.project_box("c:name 'kit-box'", *calls)
        self.enter("true")
        return "kit-box"

    def stopped(self, *calls):
        name = self.make(*calls)
        self.assertEqual(self.run_cnnrun("stop", name).code, 0)
        return name

    def assertNotEntered(self, *words):
        for args in (("./cnnrun.lua", "--", "touch", "/tmp/proof"), ("enter", "kit-box", "touch", "/tmp/proof")):
            r = self.run_cnnrun(*args)
            self.assertNotEqual(r.code, 0)
            for word in words:
                self.assertIn(word, r.err)

    def test_labels_of_a_box(self):
        """a container with all the labels of a box, from an image of its own, under the box's name"""
        name = self.make()
        labels = engine.inspect(name)["Config"]["Labels"]
        status, image = engine.call("POST", "/commit?container=%s&repo=kit-copy" % name, {})
        self.assertEqual(status, 201)
        self.addCleanup(engine.call, "DELETE", "/images/kit-copy?force=1")
        engine.remove(name)
        engine.call("POST", "/containers/create?name=kit-box",
                    {"Image": image["Id"], "Entrypoint": ["sleep", "1000"], "Labels": labels})
        engine.call("POST", "/containers/kit-box/start")
        self.assertNotEntered()
        self.assertEqual(self.run_cnnrun("./cnnrun.lua", "--fresh", "--", "true").code, 125)
        self.assertTrue(engine.inspect("kit-box")["State"]["Running"])

    def test_label_of_the_image(self):
        """an image that says that its containers are boxes"""
        self.write("theirs/Dockerfile", 'FROM busybox\nLABEL cnnrun.box="0"\n')
        self.write("theirs.lua", 'local cnn = require "cnnrun"\nreturn cnn.profile { about = "t", '
                   'setup = function(c) c:build { tag = "kit-theirs", context = "theirs" }:detach():keep()'
                   ':name "kit-box":command { "sleep", "1000" } end }')
        self.assertEqual(self.run_cnnrun("./theirs.lua").code, 0)
        self.assertIn("cnnrun has no box 'kit-box'", self.run_cnnrun("enter", "kit-box", "true").err)
        self.assertIn("cnnrun has no box 'kit-box'", self.run_cnnrun("start", "kit-box").err)
        engine.remove("kit-box")
        engine.call("DELETE", "/images/kit-theirs?force=1")

    def test_source_is_a_link(self):
        """while it is stopped a directory that it mounts becomes a link to the home"""
        self.write("data/x", "x")
        self.stopped("c:mount('data', '/d')")
        shutil.rmtree(os.path.join(self.project, "data"))
        os.symlink(kit.environment(self.uid)["HOME"], os.path.join(self.project, "data"))
        self.assertHeld(self.run_cnnrun("enter", "kit-box", "cat", "/d/secret"))
        for _ in range(3):  # who comes while it is ending may hear nothing
            engine.call("POST", "/containers/kit-box/start")
            r = self.run_cnnrun("enter", "kit-box", "cat", "/d/secret")
            self.assertNotEqual(r.code, 0)
            self.assertNotIn(attack.SECRET, r.out + r.err)

    def test_place_is_a_link(self):
        """while it is stopped a place that it mounts on becomes a link out of the project"""
        self.stopped("c:tmpfs '/w/build/tmp'")
        there = os.path.join(kit.environment(self.uid)["HOME"], "there")
        shutil.rmtree(os.path.join(self.project, "build"))
        os.symlink(there, os.path.join(self.project, "build"))
        os.lchown(os.path.join(self.project, "build"), self.uid, self.uid)
        self.assertHeld(self.run_cnnrun("start", "kit-box"), "symbolic link")
        self.assertHeld(self.run_cnnrun("./cnnrun.lua", "--", "true"), "symbolic link")
        self.assertFalse(os.path.exists(there))
        self.assertAllMine()

    def test_place_is_gone(self):
        """what it mounts on, or works in, is taken away: the engine would make it as root"""
        self.stopped("c:tmpfs '/w/build/tmp'", "c:workdir '/w/run/here'")
        for name in "build", "run":
            shutil.rmtree(os.path.join(self.project, name))
        self.assertEqual(self.run_cnnrun("start", "kit-box").code, 0)
        self.assertAllMine()

    def test_end_of_all(self):
        """stopping a box that shares the host's processes ends none of the user's own"""
        self.make("c:pid 'host'")
        with subprocess.Popen(["setpriv", "--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups",
                               "sleep", "1000"]) as mine:
            self.assertEqual(self.run_cnnrun("stop", "kit-box").code, 0)
            self.assertIsNone(mine.poll())
            mine.kill()

    def test_prepare_as_root(self):
        """a command of root's that nobody granted"""
        self.project_box("c:name 'kit-box'", "c:prepare('true', { user = 'root' })")
        self.assertHeld(self.attempt("./cnnrun.lua", "--", "true"), "root")
        self.assertEqual(self.boxes(), [])

    def test_less_than_the_box(self):
        """a profile that asks for nothing any more, and its box can do what was granted once"""
        self.make("c:mount('%s', '/h')" % kit.environment(self.uid)["HOME"])
        self.run_cnnrun("deny", "./cnnrun.lua")
        self.project_box("c:name 'kit-box'")
        self.assertHeld(self.attempt("./cnnrun.lua", "--", "cat", "/h/secret"))

    def test_gate(self):
        """the box writes into the directory that it begins with"""
        self.make("c:user 'root'")
        gate = engine.inspect("kit-box")["Config"]["Labels"]["cnnrun.gate"]
        self.enter("cd %s && test -x enter && ! touch proof && ! ln -sf /bin/true enter" % gate)

    def test_words_of_the_making(self):
        """a prepare that draws on the terminal"""
        self.project_box("c:prepare { 'sh', '-c', 'printf \"\\\\033[2J\\\\033]0;x\\\\007words\"; exit 1' }")
        r = self.run_cnnrun("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 125)
        self.assertIn("words", r.err)
        self.assertNotIn("\033[2J", r.err)
        self.assertNotIn("\007", r.err)
