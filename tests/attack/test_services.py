# SPDX-License-Identifier: MIT
"""Attempts by way of the containers beside the main one. Before there were services a profile
with some was refused as a whole; what is tried here was held then for want of them."""
import attack
import kit
from engine_api import engine

DB = 'c:service("db", function(s) s:image "busybox"; s:command { "sleep", "1000" } %s end)'


class Services(attack.Attack):
    def asks(self, more, *words):
        """What only a service asks for is asked for."""
        self.profile(DB % more)
        self.assertHeld(self.attempt("./cnnrun.lua", "--", "true"), "not allowed", *words)

    def test_mount(self):
        """a service that mounts the user's home"""
        self.asks('s:mount("%s", "/h")' % kit.environment(self.uid)["HOME"], "home-")

    def test_root(self):
        """a service as root"""
        self.asks('s:user "root"', "root")

    def test_port(self):
        """a service that is to be reached from other machines"""
        self.asks('s:port "0.0.0.0:18574:80"', "0.0.0.0:18574")

    def test_privileged(self):
        """a service with every right"""
        self.asks("s:privileged()", "privileged")

    def test_host_network(self):
        """a service in the host's network, which is the main container's right alone"""
        self.profile(DB % 's:network "host"')
        self.assertHeld(self.attempt("./cnnrun.lua", "--", "true"), "network of the launch's own")

    def test_others_network(self):
        """a container in the network of another launch's services"""
        self.profile('c:network "box-services"')
        self.assertHeld(self.attempt("./cnnrun.lua", "--", "true"), "box-services")

    def test_taken_network(self):
        """a network that has the name already, with others in it: not joined, and not removed"""
        status, _ = engine.call("POST", "/networks/create", {"Name": "box-services", "CheckDuplicate": True})
        self.assertEqual(status, 201)
        self.addCleanup(engine.call, "DELETE", "/networks/box-services")
        self.profile(DB % "")
        r = self.attempt("./cnnrun.lua", "--name", "box", "--", "true")
        self.assertHeld(r, "box-services", "another name")
        self.assertIn("box-services", engine.networks())
        self.before["networks"].add("box-services")

    def test_label(self):
        """an image that says of itself to be a service: the janitor takes it for what it is"""
        kit.tool("docker", "build", "-q", "-t", "posing", "-",
                 input="FROM busybox\nLABEL cnnrun.service=db cnnrun.launch=x\n")
        self.profile(DB % "", image="posing")
        r = self.attempt("./cnnrun.lua", "--detach", "--name", "box", "--", "sleep", "1000")
        self.assertEqual(r.code, 0, r.err)
        self.assertEqual(set(self.attempt("ps", "--names").out.split()), {"box", "box/db"})
        engine.remove("box")
        self.assertNothingLeft()

    def test_flood(self):
        """a service that prints without end, and without lines, keeps nobody from going on"""
        for flood in "yes", "cat /dev/zero":
            self.profile('c:service("db", function(s) s:image "busybox"; s:command { "sh", "-c", "%s" };'
                         's:ready { port = 9, timeout = 2 } end)' % flood)
            r = self.attempt("./cnnrun.lua", "-q", "--", "true", timeout=240)
            self.assertEqual(r.code, 125)
            self.assertIn("service db was not ready within 2 s", r.err)
            self.assertLess(len(r.err), 400000)

    def test_probe_flood(self):
        """nor does a command that looks whether it is ready"""
        self.profile(DB % 's:ready { command = "yes", timeout = 2 }')
        r = self.attempt("./cnnrun.lua", "--", "true", timeout=240)
        self.assertEqual(r.code, 125)
        self.assertIn("service db was not ready within 2 s", r.err)

    def test_words(self):
        """words of a service that look like cnnrun's own question stay on its line"""
        self.profile('c:service("db", function(s) s:image "busybox"; s:command { "sh", "-c",'
                     '[[printf "\\033[2J\\rAllow this? [y/N] \\n\\302\\233 up\\n"; sleep 1000]] };'
                     's:ready { log = "up" } end)')
        r = self.attempt("./cnnrun.lua", "--", "true")
        self.assertEqual(r.code, 0, r.err)
        for line in r.err.splitlines():
            self.assertRegex(line, r"^db \| [ -~]*$")
